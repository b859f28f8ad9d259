import Foundation
import Imaging
import JobQueue
import TestSupport
import Testing
import WorkerTestSupport

/// Jobs on bases as they are published or fine-tuned, through the real worker.
@Suite(.serialized)
struct PublishedBaseJobTests {
    private let plant: Plant

    init() throws {
        plant = try Plant()
        try plant.install(adapter: try Undisturbed.shared.get().adapter)
    }

    /// Runs a job and returns its picture, if it made one, and what the queue says of it.
    private func run(_ options: String) throws -> (picture: Data?, summary: JobSummary) {
        let job = try plant.generate(options)
        let worker = try plant.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        let summary = try #require(try plant.queue.store.job(job))
        let isDone = summary.state == .succeeded
        return (isDone ? try plant.files("image", of: job)["images/0000_s7.png"] : nil, summary)
    }

    @Test func anImageEncoderFromElsewhereIsNamed() throws {
        let bare = #""png_metadata": "none""#
        let own = try #require(try run("{\(bare)}").picture)
        try FileManager.default.moveItem(
            at: plant.models.appending(path: "tiny/image_encoder"),
            to: plant.models.appending(path: "vit")
        )
        let index = plant.models.appending(path: "tiny/model_index.json")
        let data = try Data(contentsOf: index)
        var parts = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        parts["image_encoder"] = nil
        try JSONSerialization.data(withJSONObject: parts).write(to: index)
        let named = try run(#"{"image_encoder": "vit", \#(bare)}"#)
        #expect(named.picture == own, "\(named.summary.reason ?? "")")
        let missing = try run("{\(bare)}").summary
        #expect(missing.state == .failed)
        #expect(missing.reason?.contains("image_encoder") == true)
        let wrong = try run(#"{"image_encoder": "tiny", \#(bare)}"#).summary
        #expect(wrong.reason?.contains("image_encoder/config.json") == true)
    }

    @Test func anAdapterIsUsedOnAFineTuneWhereThatIsAllowed() throws {
        let tuned = plant.models.appending(path: "tuned")
        try FileManager.default.copyItem(at: plant.models.appending(path: "tiny"), to: tuned)
        let unet = tuned.appending(path: "unet/diffusion_pytorch_model.safetensors")
        try DamagedWeights.fill("conv_in.bias", of: unet, with: 0.01)
        let refused = try run(#"{"base": "tuned"}"#).summary
        #expect(refused.state == .failed)
        #expect(refused.reason?.contains("\"allow_other_base\": true") == true)
        let allowed = try run(#"{"base": "tuned", "allow_other_base": true}"#)
        #expect(allowed.picture != nil)
        #expect(
            allowed.summary.warnings == [
                "the adapter own was trained with another base than that of tuned; it was allowed"
            ]
        )
    }

    @Test func aPictureIsPaddedOrCropped() throws {
        var wide = RGBImage(width: 60, height: 30, filledWith: .black)
        for x in 15..<45 { for y in 0..<30 { wide[x, y] = RGBColor(UInt8(4 * x), 90, 30) } }
        try Data(PNGEncoder.encode(wide)).write(to: plant.inputs.appending(path: "wide.png"))
        func picture(_ fit: String) throws -> Data {
            let subject = #"{"class": "dog", "images": ["wide.png"]\#(fit)}"#
            let job = try run(#"{"subjects": [\#(subject)], "png_metadata": "none"}"#)
            return try #require(job.picture, "\(job.summary.reason ?? "")")
        }
        let padded = try picture("")
        #expect(try picture(#", "fit": "pad""#) == padded)
        #expect(try picture(#", "fit": "crop""#) != padded)
    }
}
