/// The work that one job asks for: its kind and payload, decoded and checked.
package enum JobRequest: Equatable, Sendable {
    case generate(GenerationRequest)
    case train(TrainingRequest)
    case pretrain(PretrainingRequest)
    case evaluate(EvaluationRequest)
    case prepare(PreparationRequest)

    /// Decodes a payload. `drawnSeed` is used where the payload leaves the seed open (absent or −1);
    /// it must be the same for every attempt of a job, so that a retry makes the same pictures.
    package init(
        kind: JobKind,
        payload: JSONValue,
        drawnSeed: Int
    ) throws(RequestError) {
        self = try Self.decode(kind: kind, payload: payload, drawnSeed: drawnSeed).request
    }

    /// The request together with its payload as it counts: every default and the seed written out.
    package static func decode(
        kind: JobKind,
        payload: JSONValue,
        drawnSeed: Int
    ) throws(RequestError) -> (request: JobRequest, resolved: JSONValue) {
        let payload = filling(payload, seed: drawnSeed)
        switch kind {
        case .generate:
            let (request, resolved) = try decode(GenerationRequest.self, payload)
            return (.generate(request), resolved)
        case .train:
            let (request, resolved) = try decode(TrainingRequest.self, payload)
            return (.train(request), resolved)
        case .pretrain:
            let (request, resolved) = try decode(PretrainingRequest.self, payload)
            return (.pretrain(request), resolved)
        case .evaluate:
            let (request, resolved) = try decode(EvaluationRequest.self, payload)
            return (.evaluate(request), resolved)
        case .prepare:
            let (request, resolved) = try decode(PreparationRequest.self, payload)
            return (.prepare(request), resolved)
        }
    }

    /// Every field that payloads of this kind accept.
    package static func fields(of kind: JobKind) -> [FieldDescription] {
        switch kind {
        case .generate: GenerationRequest.fields
        case .train: TrainingRequest.fields
        case .pretrain: PretrainingRequest.fields
        case .evaluate: EvaluationRequest.fields
        case .prepare: PreparationRequest.fields
        }
    }

    /// What sort of work it is.
    package var kind: JobKind {
        switch self {
        case .generate: .generate
        case .train: .train
        case .pretrain: .pretrain
        case .evaluate: .evaluate
        case .prepare: .prepare
        }
    }

    private static func decode<Object: RequestObject>(
        _: Object.Type,
        _ payload: JSONValue
    ) throws(RequestError) -> (object: Object, resolved: JSONValue) {
        try RequestReader.decode(Object.self, from: payload, at: "$")
    }

    private static func filling(_ payload: JSONValue, seed: Int) -> JSONValue {
        guard case .object(var members) = payload else { return payload }
        switch members["seed"] {
        case nil, .null?, .integer(-1)?: members["seed"] = .integer(seed)
        default: break
        }
        return .object(members)
    }
}
