import Foundation
import Imaging
import JobQueue
import Postgres
import Requests
import SafeTensors
import Testing
import WorkerTestSupport

/// From nothing to pictures with the shipped models, by SQL functions alone, as a role that may write no
/// table.
struct ShippedModelTests {
    private static let pretrained = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/SmallWorld/Pretrained/small-world")

    @Test func prepareTrainGenerate() throws {
        let plant = try Plant()
        try FileManager.default.copyItem(
            at: Self.pretrained,
            to: plant.models.appending(path: "small-world")
        )
        let data = try plant.ask(
            "enqueue_prepare('toys', classes => '{duck,robot}', subjects => 2, views => 3, seed => 1)"
        )
        let training = try plant.ask(
            """
            enqueue_train('job:' || \(data), max_train_steps => 6, train_batch_size => 2,
                checkpointing_steps => 2, seed => 2,
                options => '{"validation_prompts": ["a {subject} on the beach"]}')
            """
        )
        let pictures = try plant.ask(
            """
            enqueue_generate('a {subject} on the beach', class => 'dog', images => '{dog.png}',
                adapter => 'job:' || \(training), count => 2, seed => 7, steps => 4,
                negative_prompt => 'blurry', save_masks => true)
            """
        )
        let worker = try plant.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        for job in [data, training, pictures] { try plant.queue.expectOneWinner(job) }

        let list = try #require(try plant.files("data_set", of: data)["SHA256SUMS"])
        #expect(String(decoding: list, as: UTF8.self).contains("images/003.png"))
        let curves = Set(try plant.queue.store.metrics(of: training).map(\.name))
        #expect(
            curves.isSuperset(of: [
                "loss/total", "loss/denoising", "learning_rate", "gradient_norm", "time/step",
                "time/data_wait",
            ])
        )
        #expect(
            Array(try plant.files("validation", of: training).keys) == [
                "validation/step_0000006.png"
            ]
        )
        #expect(try plant.files("adapter", of: training).count == 1)

        try expectPictures(of: pictures, in: plant)
        #expect(try plant.files("location_mask", of: pictures).count == 2)
        let sheet = try #require(
            try plant.files("contact_sheet", of: pictures)["contact_sheet.png"]
        )
        #expect(
            try ImageDecoder().decode(Array(sheet)).image.width > 3 * 64,
            "reference and pictures"
        )
        let request = try #require(try plant.files("request", of: pictures)["request.json"])
        let resolved = try JSONValue(decoding: request)
        #expect(resolved["adapter"] == .string("job:\(training)"))
        #expect(resolved["guidance_scale"] == 7.5, "every default is written out")
    }

    /// CLIP learns on over a text transformer that stays as it is, and so does the UNet beside it.
    @Test func pretrainOverAFrozenTextEncoder() throws {
        let plant = try Plant()
        try FileManager.default.copyItem(
            at: Self.pretrained,
            to: plant.models.appending(path: "small-world")
        )
        let data = try plant.ask("enqueue_prepare('toys', subjects => 4, views => 2, seed => 1)")
        let training = try plant.ask(
            """
            enqueue('pretrain', jsonb_build_object('component', 'clip', 'data', 'job:' || \(data),
                'base', 'small-world', 'freeze_text_encoder', true, 'max_train_steps', 2,
                'train_batch_size', 8, 'learning_rate', 0.01, 'ema_decay', 0, 'seed', 1))
            """
        )
        #expect(try plant.startWorker(["--drain"]).waitForExit() == 0)
        try plant.queue.expectOneWinner(training)
        let files = try plant.files("weights", of: training)
        for (part, stays) in [
            ("text_encoder/model", { (key: String) in key.hasPrefix("text_model.") }),
            ("image_encoder/model", { _ in false }),
            ("unet/diffusion_pytorch_model", { _ in true }),
        ] {
            let path = "\(part).safetensors"
            let made = plant.queue.folder.appending(path: "made.safetensors")
            try #require(files[path]).write(to: made)
            let before = try tensors(of: Self.pretrained.appending(path: path))
            let after = try tensors(of: made)
            #expect(before.keys == after.keys)
            for (key, bytes) in before { #expect((after[key] == bytes) == stays(key), "\(key)") }
        }
    }

    /// Two steps of no length, from the base's own weights, end at them.
    @Test(arguments: ["autoencoder", "clip", "unet"])
    func pretrainFromTheBasesOwnWeights(component: String) throws {
        let plant = try Plant()
        try FileManager.default.copyItem(
            at: Self.pretrained,
            to: plant.models.appending(path: "small-world")
        )
        let data = try plant.ask("enqueue_prepare('toys', subjects => 2, views => 2, seed => 1)")
        let training = try plant.ask(
            """
            enqueue('pretrain', jsonb_build_object('component', \(component)::text,
                'data', 'job:' || \(data), 'base', 'small-world', 'continue', true,
                'max_train_steps', 2, 'train_batch_size', 4, 'learning_rate', 0,
                'ema_decay', 0, 'validation_steps', 0, 'seed', 1))
            """
        )
        #expect(try plant.startWorker(["--drain"]).waitForExit() == 0)
        try plant.queue.expectOneWinner(training)
        let parts = [
            "autoencoder": ["vae/diffusion_pytorch_model"],
            "clip": ["text_encoder/model", "image_encoder/model"],
            "unet": ["unet/diffusion_pytorch_model"],
        ]
        let files = try plant.files("weights", of: training)
        for part in try #require(parts[component]) {
            let path = "\(part).safetensors"
            let made = plant.queue.folder.appending(path: "made.safetensors")
            try #require(files[path]).write(to: made)
            let before = try tensors(of: Self.pretrained.appending(path: path))
            let after = try tensors(of: made)
            #expect(before.mapValues(halves) == after.mapValues(halves), "\(path)")
        }
    }

    /// Half-precision values, whose zeros are equal whatever their sign.
    private func halves(_ bytes: Data) -> [Float16] {
        let bytes = Array(bytes)
        return stride(from: 0, to: bytes.count, by: 2).map { index in
            Float16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)
        }
    }

    /// The bytes of each tensor of a file.
    private func tensors(of file: URL) throws -> [String: Data] {
        let content = try Data(contentsOf: file)
        let tensors = try SafeTensorsFile(path: file.path)
        return tensors.header.entries.mapValues { entry in
            let offset = tensors.offset(of: entry)
            return content.subdata(in: offset..<offset + entry.byteRange.count)
        }
    }

    /// Two different pictures of the base's own size that tell how they were made.
    private func expectPictures(of job: Int, in plant: Plant) throws {
        let files = try plant.files("image", of: job)
        #expect(files.keys.sorted() == ["images/0000_s7.png", "images/0001_s8.png"])
        #expect(Set(files.values).count == 2)
        for (name, seed) in [("images/0000_s7.png", 7), ("images/0001_s8.png", 8)] {
            let content = Array(try #require(files[name]))
            let decoded = try ImageDecoder().decode(content)
            #expect(decoded.image.width == 64 && decoded.image.height == 64)
            let texts = try PNGText.read(png: content)
            let parameters = try #require(texts.first { $0.keyword == "parameters" }).text
            #expect(parameters.hasPrefix("a dog on the beach\nNegative prompt: blurry\nSteps: 4, "))
            #expect(parameters.contains("Seed: \(seed), Size: 64x64"))
            let own = try #require(texts.first { $0.keyword == "customcontrast" }).text
            let facts = try JSONValue(parsing: own)
            #expect(facts["seed"] == .integer(seed) && facts["job"] == .integer(job))
            #expect(facts["request"]?["prompt"] == "a {subject} on the beach")
        }
    }
}
