import Foundation
import Imaging
import JobQueue
import Postgres
import Requests
import TestSupport
import Testing
import WorkerTestSupport

/// Every bad input that a job can meet, through the real worker: one clear sentence, never retried, nothing
/// left behind, and the next job runs.
@Suite(.serialized)
struct BadInputJobTests {
    private let bench: Bench

    init() throws { bench = try Bench.shared.get() }

    @Test(arguments: BadReference.all)
    func badReference(_ reference: BadReference) throws {
        try reference.prepare(bench.plant.inputs)
        let job = try bench.plant.generate(
            #"{"subjects": [{"class": "dog", "images": [\#(reference.entry)]}]}"#
        )
        try bench.expectFailure(of: job, stage: reference.stage, reference.words)
    }

    @Test(arguments: BadModel.bases)
    func badBase(_ model: BadModel) throws {
        try check(model, copyOf: "tiny")
    }

    @Test(arguments: BadModel.adapters)
    func badAdapter(_ model: BadModel) throws {
        try check(model, copyOf: "own")
    }

    private func check(_ model: BadModel, copyOf name: String) throws {
        let folder = bench.plant.models.appending(path: model.testDescription)
        try FileManager.default.copyItem(at: bench.plant.models.appending(path: name), to: folder)
        try model.damage(folder)
        let job = try bench.plant.generate(model.fields)
        try bench.expectFailure(of: job, stage: "generate", model.words)
    }

    @Test(
        arguments: [
            (
                #"{"method": "ip-adapter"}"#,
                ["The method ip-adapter", "the adapter is one of customcontrast"]
            ),
            (#"{"width": 40}"#, ["sides that are multiples of 16", "40×32"]),
            (
                #"{"prompt": "a a a a a a a a a a a a a a a a a a dog"}"#,
                [
                    #"class noun "dog" among its first 18 tokens"#, #"cut before "dog""#,
                    "shorten it",
                ]
            ),
            (
                #"{"prompt": "a dog a a a a a a a a a a a a a a a a red cat", "prompt_overflow": "error"}"#,
                ["more than the 20 tokens", "no effect: red cat", "shorten it"]
            ),
            (#"{"base": "../tiny"}"#, ["$.base", "below the configured root"]),
            (
                #"{"subjects": [{"class": "dog", "images": ["dog.png"], "clas": 1}]}"#,
                ["$.subjects[0].clas"]
            ),
            (#"{"steps": 1001}"#, ["$.steps: expected an integer 1 … 1000, found 1001"]),
        ]
    )
    func badGeneration(_ fields: String, _ words: [String]) throws {
        let job = try bench.plant.generate(fields)
        let stage = words[0].hasPrefix("$") ? "decode request" : "generate"
        try bench.expectFailure(of: job, stage: stage, words)
    }

    @Test(
        arguments: [
            ("base", "generate", "model_index.json does not exist"),
            ("adapter", "find inputs", "expected an adapter among the outputs of job"),
        ]
    )
    func aJobThatMadeSomethingElse(_ field: String, _ stage: String, _ words: String) throws {
        let other = try bench.plant.generate()
        let job = try bench.plant.generate(#"{"\#(field)": "job:\#(other)"}"#)
        try bench.expectFailure(of: job, stage: stage, [words])
    }

    @Test(
        arguments: [
            (#"{"data": "nowhere"}"#, [#""nowhere" below the input root"#, "nothing there"]),
            (#"{"data": "bare"}"#, ["The data set has no pictures", "expected CLASS/INSTANCE"]),
            (#"{"data": "spoilt"}"#, ["001.png", "cut off before its end"]),
            (#"{"data": "linked"}"#, ["leads out of the data set's folder"]),
            (
                #"{"base": "not-numbers"}"#,
                ["diverged at step 3: the loss", "in 4 steps", "first in the layer conv_in"]
            ),
            (#"{"adapter": "foreign-start"}"#, ["foreign-start", "one of ip-adapter-plus"]),
            (
                #"{"data": "late-noun"}"#,
                ["caption of dog_1/2.png", #"noun "dog" among its first 18 tokens"#, "shorten it"]
            ),
            (
                #"{"validation_prompts": ["a {subject}", "the beach"], "validation_steps": 4}"#,
                ["prompt validation_prompts[1]", #"contain the class noun "mug""#]
            ),
            (
                #"{"data": "too-large"}"#,
                ["dog_1/2.png", "101×100 pixels", "at most 10000", "make it smaller"]
            ),
        ]
    )
    func badTraining(_ fields: String, _ words: [String]) throws {
        let inputs = bench.plant.inputs
        let files = FileManager.default
        if fields.contains("bare") {
            try files.createDirectory(
                at: inputs.appending(path: "bare"),
                withIntermediateDirectories: false
            )
        }
        for name in ["spoilt", "linked"] where fields.contains(name) {
            let folder = inputs.appending(path: name)
            try files.copyItem(at: inputs.appending(path: "toys"), to: folder)
            let pictures = try files.subpathsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix("images/001.png") }
            for picture in pictures.map({ folder.appending(path: $0) }) {
                let content = try Data(contentsOf: picture)
                if name == "spoilt" {
                    try content.prefix(content.count / 2).write(to: picture)
                } else {
                    try files.removeItem(at: picture)
                    try files.createSymbolicLink(
                        atPath: picture.path,
                        withDestinationPath: inputs.appending(path: "dog.png").path
                    )
                }
            }
        }
        if fields.contains("late-noun") {
            let caption = String(repeating: "a ", count: 18) + "dog"
            try bench.plant.writeDogs(to: "late-noun", captions: ["a dog", caption])
        }
        if fields.contains("too-large") {
            try bench.plant.writeDogs(to: "too-large", captions: ["a dog", "a dog"])
            try Data(PNGEncoder.encode(RGBImage(width: 101, height: 100)))
                .write(to: inputs.appending(path: "too-large/dog_1/2.png"))
        }
        if fields.contains("not-numbers") {
            let folder = bench.plant.models.appending(path: "not-numbers")
            try files.copyItem(at: bench.plant.models.appending(path: "tiny"), to: folder)
            let unet = folder.appending(path: "unet/diffusion_pytorch_model.safetensors")
            try DamagedWeights.fill("conv_in.weight", of: unet, with: .nan)
        }
        if fields.contains("foreign-start") {
            try files.copyItem(
                at: Fixtures.folder("Generation/sd-ip-adapter-plus.safetensors"),
                to: bench.plant.models.appending(path: "foreign-start.safetensors")
            )
        }
        let named = fields.replacing("foreign-start", with: "foreign-start.safetensors")
        let job = try bench.plant.train(steps: 4, named)
        try bench.expectFailure(of: job, stage: "train", words)
        // Whatever can be known before the first step is told before it.
        if !fields.contains("not-numbers") {
            #expect(try bench.plant.queue.store.metrics(of: job).isEmpty)
        }
    }

    @Test func captionsThatDoNotFitAreNamedInOneWarning() throws {
        let long = "a dog a a a a a a a a a a a a a a a a red cat"
        try bench.plant.writeDogs(to: "long-captions", captions: [long, "a dog", long, long, long])
        let job = try bench.plant.train(steps: 1, #"{"data": "long-captions"}"#)
        try bench.plant.queue.waitForState(.succeeded, of: job)
        let warnings = try #require(try bench.plant.queue.store.job(job)).warnings
        #expect(warnings.count == 1)
        bench.expectSentence(
            warnings.first ?? "",
            [
                "4 of the training's texts", "more than the 20 tokens",
                "caption of dog_1/1.png: red cat; caption of dog_1/3.png: red cat", "; …",
            ]
        )
    }

    @Test func wordsThatDoNotFitAreNamedInAWarning() throws {
        let job = try bench.plant.generate(
            #"{"prompt": "a dog a a a a a a a a a a a a a a a a red cat"}"#
        )
        try bench.plant.queue.waitForState(.succeeded, of: job)
        let warnings = try #require(try bench.plant.queue.store.job(job)).warnings
        #expect(warnings.count == 1)
        bench.expectSentence(
            warnings.first ?? "",
            ["more than the 20 tokens", "no effect: red cat", "shorten it"]
        )
    }

    @Test(
        arguments: [
            ("enqueue('paint')", "unknown kind of job \"paint\""),
            ("enqueue('visualize')", "unknown kind of job \"visualize\""),
            (
                "enqueue('train', '{\"data\": \"d\", \"stepps\": 1}')",
                "$.stepps: expected a known field"
            ),
            ("enqueue('train', '{\"data\": 5}')", "$.data: expected a string, found 5"),
            (
                "enqueue_train('d', options => '{\"precision\": \"bfloat16\"}')",
                "$.precision: expected \"float32\""
            ),
        ]
    )
    func enqueueRefuses(_ call: PostgresQuery, _ words: String) throws {
        let error = #expect(throws: PostgresError.self) { try bench.plant.ask(call) }
        guard case .server(let server)? = error else { return }
        #expect(server.state.rawValue == "JQ004")
        #expect(server.message.hasPrefix(words))
    }

    @Test(
        arguments: [
            (#"{"stepps": 1}"#, "$.stepps: expected a known field"),
            (#"{"prompt": 5}"#, "$.prompt: expected a string, found 5"),
            (#"{"precision": "float16"}"#, "$.precision: expected one of float32, bfloat16"),
            (#"{"subjects": {}}"#, "$.subjects: expected an array"),
        ]
    )
    func whatTheOwnerForcesInFailsForGood(_ fields: String, _ words: String) throws {
        let queue = bench.plant.queue
        let job = try bench.plant.ask("enqueue_generate('p', run_at => now() + interval '1 day')")
        try queue.execute(
            """
            UPDATE contrast.job_spec SET params = params || '\(fields)' WHERE job_id = \(job)
            """
        )
        try bench.expectFailure(of: job, stage: "decode request", [words])
    }

    @Test func aKindThatNobodyKnowsWaitsAndSaysSo() throws {
        let queue = bench.plant.queue
        // A day ahead, so that no worker takes it before it has its kind.
        let job = try bench.plant.ask("enqueue_generate('p', run_at => now() + interval '1 day')")
        try queue.execute(
            """
            INSERT INTO contrast.kind VALUES ('paint', NULL, 'made up') ON CONFLICT DO NOTHING;
            UPDATE contrast.job SET kind = 'paint', run_at = now() WHERE id = \(job)
            """
        )
        try queue.waitForState(.ready, of: job)
        let kind = try queue.value("SELECT kind FROM contrast.job WHERE id = \(job)")
        try #require(kind == "paint")
        try bench.expectGoodJob()
        let summary = try #require(try queue.store.job(job))
        #expect(summary.state == .ready)
        #expect(summary.reason == "no live worker can take it")
        _ = try queue.store.cancel(job)
    }

    @Test func theQueueKnowsTheFieldsThatTheWorkerReads() throws {
        for kind in JobKind.allCases {
            let expected = JobRequest.fields(of: kind)
                .filter { !$0.path.contains(".") && !$0.path.contains("[") }
                .map { field in
                    let type = field.type.hasPrefix("array") ? "array" : field.type
                    let isChoice = type.hasPrefix("string") && field.limit.hasPrefix("`")
                    let choices =
                        isChoice
                        ? field.limit.replacing("`", with: "")
                            .replacing(", or the fields below", with: "") : "any"
                    return "\(field.path): \(type), \(choices)"
                }
            let found = try bench.plant.queue.value(
                """
                SELECT string_agg(name || ': ' || type || ', '
                    || coalesce(array_to_string(choices, ', '), 'any'), '; ' ORDER BY name COLLATE "C")
                  FROM contrast.field WHERE kind = \(kind.rawValue)
                """
            )
            #expect(
                found == expected.sorted().joined(separator: "; "),
                "\(kind): a migration is missing"
            )
        }
    }
}
