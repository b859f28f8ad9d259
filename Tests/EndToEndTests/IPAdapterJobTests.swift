import Foundation
import JobQueue
import SafeTensors
import TestSupport
import Testing
import WorkerTestSupport

/// The peers in the same jobs, through the real worker: trained, painted with, and trained further.
@Suite(.serialized)
struct IPAdapterJobTests {
    private static func cases() -> [(base: String, method: String)] {
        ["sd", "sdxl"].flatMap { base in
            ["ip-adapter", "ip-adapter-plus"].map { (base, $0) }
        }
    }

    @Test(arguments: cases())
    func aTrainingsFileIsAnIPAdapter(base: String, method: String) throws {
        let plant = try Plant()
        try FileManager.default.copyItem(
            at: Fixtures.folder("Generation/sdxl"),
            to: plant.models.appending(path: "sdxl")
        )
        try FileManager.default.copyItem(
            at: Fixtures.folder("Generation/sd"),
            to: plant.models.appending(path: "sd")
        )
        let common = #""base": "\#(base)", "method": "\#(method)""#
        let training = try plant.train(steps: 4, "{\(common)}")
        let picture = try plant.generate(#"{\#(common), "adapter": "job:\#(training)"}"#)
        let plain = try plant.generate(#"{"base": "\#(base)", "adapter": null, "subjects": []}"#)
        let further = try plant.train(steps: 2, #"{\#(common), "adapter": "job:\#(training)"}"#)
        let worker = try plant.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        for job in [training, picture, plain, further] { try plant.queue.expectOneWinner(job) }

        let content = try #require(
            try plant.files("adapter", of: training)["adapter.safetensors"]
        )
        let file = plant.queue.folder.appending(path: "trained.safetensors")
        try content.write(to: file)
        let keys = try SafeTensorsFile(path: file.path).header.entries.keys
        let mark =
            method == "ip-adapter" ? "image_proj.proj.weight" : "image_proj.latents"
        #expect(keys.contains(mark) && keys.contains("ip_adapter.1.to_k_ip.weight"))
        #expect(
            keys.allSatisfy { $0.hasPrefix("image_proj.") || $0.hasPrefix("ip_adapter.") }
        )
        #expect(
            try plant.files("image", of: picture).values.first
                != plant.files("image", of: plain).values.first,
            "the adapter shows"
        )
        #expect(
            try plant.files("adapter", of: further)["adapter.safetensors"] != content,
            "it was trained further"
        )
    }
}
