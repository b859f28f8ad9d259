import Requests
import Testing

private func decode(_ kind: JobKind, _ text: String) throws -> JobRequest {
    try JobRequest(kind: kind, payload: JSONValue(parsing: text), drawnSeed: 1)
}

@Suite struct TrainingRequestTests {
    @Test func defaultsAreThePapers() throws {
        guard case .train(let request) = try decode(.train, "{\"data\": \"subjects\"}") else {
            return
        }
        #expect(request.data == .folder("subjects"))
        #expect(request.optimizer.learningRate == 3e-5)
        #expect(request.losses.contrastWeight == 1e-2)
        #expect(request.losses.locationWeight == 1e-3)
        #expect(request.losses.appearanceTemperature == 0.07)
        #expect(request.method.usesSemanticContrast && request.method.usesAppearanceContrast)
        #expect(request.checkpoints.secondsInterval == 300)
        #expect(request.seed == 1)
    }

    /// Rows of Tables 3 and 4: textual Q-Former, TV fusion, CSCL, MACL.
    @Test(
        arguments: zip(
            0...5,
            [
                [false, false, false, false], [true, false, false, false],
                [true, true, false, false], [true, true, true, false],
                [true, true, false, true], [true, true, true, true],
            ]
        )
    )
    func ablationRowsAreSettings(_ row: Int, _ expected: [Bool]) throws {
        let text = "{\"data\": \"d\", \"method\": {\"ablation\": \(row)}}"
        guard case .train(let request) = try decode(.train, text) else { return }
        let method = request.method
        #expect(
            expected == [
                method.usesTextualQFormer, method.usesTVFusion, method.usesSemanticContrast,
                method.usesAppearanceContrast,
            ]
        )
    }

    /// A peer is asked for by its name alone, and the resolved payload asks for the same.
    @Test(arguments: [(AdapterMethod.ipAdapter, 4), (.ipAdapterPlus, 16)])
    func ipAdaptersAreTheVisualBranchAlone(_ name: AdapterMethod, _ tokens: Int) throws {
        let payload: JSONValue = ["data": "d", "method": .string(name.rawValue)]
        let (request, resolved) = try JobRequest.decode(
            kind: .train,
            payload: payload,
            drawnSeed: 1
        )
        guard case .train(let training) = request else { return }
        let method = training.method
        #expect(method.name == name && method.visualTokenCount == tokens && method.depth == 4)
        #expect(!method.usesTextualQFormer && !method.usesTVFusion && !method.usesLocationLoss)
        #expect(!method.usesSemanticContrast && !method.usesAppearanceContrast)
        #expect(resolved["method"]?["name"] == .string(name.rawValue))
        #expect(try JobRequest(kind: .train, payload: resolved, drawnSeed: 2) == request)
    }

    @Test(
        arguments: [
            (JobKind.train, "{}", "$.data"),
            (
                .train, "{\"data\": \"d\", \"method\": {\"ablation\": 0, \"cscl\": true}}",
                "$.method.cscl"
            ),
            (.train, "{\"data\": \"d\", \"lr_warmup_steps\": 2000}", "$.lr_warmup_steps"),
            (.train, "{\"data\": \"d\", \"method\": \"ip_adapter\"}", "$.method.name"),
            (.train, "{\"data\": \"d\", \"method\": 5}", "$.method"),
            (
                .train,
                "{\"data\": \"d\", \"method\": {\"name\": \"ip-adapter\", \"visual_tokens\": 8}}",
                "$.method.visual_tokens"
            ),
            (
                .train,
                "{\"data\": \"d\", \"method\": {\"name\": \"ip-adapter-plus\", \"depth\": 3}}",
                "$.method.depth"
            ),
            (
                .train,
                "{\"data\": \"d\", \"method\": {\"name\": \"ip-adapter-plus\", \"ablation\": 1}}",
                "$.method.textual_qformer"
            ),
            (
                .train,
                "{\"data\": \"d\", \"method\": {\"ablation\": 0, \"placeholder\": \"before\"}}",
                "$.method.placeholder"
            ),
            (.train, "{\"data\": \"d\", \"losses\": {\"lambda1\": 1}}", "$.losses.lambda1"),
            (
                .train, "{\"data\": \"d\", \"drop_rates\": {\"text\": 0.9, \"both\": 0.9}}",
                "$.drop_rates.both"
            ),
            (.train, "[]", "$"),
            (.pretrain, "{\"data\": \"d\"}", "$.component"),
            (.pretrain, "{\"data\": \"d\", \"component\": \"unet\"}", "$.base"),
            (
                .pretrain,
                "{\"data\": \"d\", \"component\": \"clip\", \"freeze_text_encoder\": true}",
                "$.freeze_text_encoder"
            ),
            (
                .pretrain, "{\"data\": \"d\", \"component\": \"autoencoder\", \"continue\": true}",
                "$.continue"
            ),
            (.prepare, "{\"name\": \"../x\"}", "$.name"),
            (.prepare, "{\"name\": \"a\", \"views\": 0}", "$.views"),
            (.evaluate, "{}", "$.jobs"),
            (.evaluate, "{\"jobs\": [1, \"2\"]}", "$.jobs[1]"),
            (.evaluate, "{\"jobs\": [1], \"metrics\": [\"clip\"]}", "$.metrics[0]"),
            (.train, "{\"data\": \"d\", \"precision\": \"bfloat16\"}", "$.precision"),
            (.evaluate, "{\"jobs\": [1], \"metrics\": [\"dino\"]}", "$.dino_judge"),
            (.evaluate, "{\"jobs\": [1], \"dino_judge\": \"d\"}", "$.dino_judge"),
            (.generate, "{\"prompt\": \"p\", \"precision\": \"float16\"}", "$.precision"),
            (.evaluate, "{\"jobs\": [1, 2, 1]}", "$.jobs"),
            (.evaluate, "{\"zero_shot\": 256}", "$.zero_shot"),
            (.evaluate, "{\"zero_shot\": {\"cuont\": 1}}", "$.zero_shot.cuont"),
            (.evaluate, "{\"zero_shot\": {\"count\": 1025}}", "$.zero_shot.count"),
            (.evaluate, "{\"zero_shot\": {\"split\": \"tests\"}}", "$.zero_shot.split"),
            (.evaluate, "{\"zero_shot\": {}, \"seed\": 9007199254740900}", "$.seed"),
        ]
    )
    func mistakeNamesItsPlace(_ kind: JobKind, _ text: String, _ path: String) throws {
        let error = try #require(throws: RequestError.self) { try decode(kind, text) }
        #expect(error.path == path, "\(error)")
        #expect(error.problem.contains("expected") && error.problem.contains("found"))
    }

    @Test(
        arguments: [
            (JobKind.pretrain, "{\"data\": \"job:3\", \"component\": \"clip\"}"),
            (.prepare, "{\"name\": \"mugs-1\"}"),
            (.evaluate, "{\"jobs\": [4]}"),
            (.evaluate, "{\"zero_shot\": {}}"),
        ]
    )
    func smallestPayloadOfEachKindIsEnough(_ kind: JobKind, _ text: String) throws {
        let request = try decode(kind, text)
        #expect(request.kind == kind)
    }

    @Test func anEvaluationsResolvedPayloadIsItsOwn() throws {
        let payload = try JSONValue(parsing: "{\"zero_shot\": {\"count\": 8}, \"seed\": 3}")
        let (request, resolved) = try JobRequest.decode(
            kind: .evaluate,
            payload: payload,
            drawnSeed: 1
        )
        #expect(resolved["zero_shot"]?["steps"] == 25)
        #expect(resolved["zero_shot"]?["prompts"] == "caption")
        #expect(resolved["base"] == "small-world" && resolved["jobs"] == nil)
        #expect(try JobRequest(kind: .evaluate, payload: resolved, drawnSeed: 2) == request)
    }
}
