internal import ArgumentParser
internal import Requests

/// Puts a job for pictures in the queue.
struct EnqueueGenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Pictures by prompt, with given subjects in them."
    )

    @Option(
        name: .shortAndLong,
        help: "What the pictures show; {subject} stands for the class noun. Repeatable."
    )
    var prompt: [String] = []

    @Option(
        name: .shortAndLong,
        help: "CLASS=PICTURE[,PICTURE…], paths below the worker's input root. Repeatable."
    )
    var subject: [String] = []

    @Option(name: .shortAndLong, help: "Adapter: a path below the models root, or job:ID.")
    var adapter: String?

    @Option(name: .shortAndLong, help: "Base model: a path below the models root, or job:ID.")
    var base: String?

    @Option(
        name: .long,
        help: "What the adapter is: customcontrast, ip-adapter or ip-adapter-plus; or text_only.",
        completion: .list(SubjectMethod.allCases.map(\.rawValue))
    )
    var method: String?

    @Option(name: .long, help: "What the pictures should not show.")
    var negativePrompt: String?

    @Option(name: [.customShort("n"), .long], help: "Pictures per prompt.")
    var count: Int?

    @Option(name: .long, help: "Picture i uses seed + i.")
    var seed: Int?

    @Option(name: .long, help: "WIDTHxHEIGHT in pixels.")
    var size: String?

    @Option(name: .long, help: "Sampler steps.")
    var steps: Int?

    @Option(
        name: .long,
        help: "Sampler.",
        completion: .list(SamplerKind.allCases.map(\.rawValue))
    )
    var sampler: String?

    @Option(name: .long, help: "Weight of classifier-free guidance.")
    var guidanceScale: Double?

    @Option(name: .long, help: "Weight γ of the visual branch.")
    var gamma: Double?

    @OptionGroup var order: OrderOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let payload = try Failure.explaining { () throws -> JSONValue in try fields() }
        try order.send(.generate, payload, connection: connection, output: output)
    }

    private func fields() throws(Failure) -> JSONValue {
        var fields: [String: JSONValue] = [:]
        if prompt.count == 1 { fields["prompt"] = .string(prompt[0]) }
        if prompt.count > 1 { fields["prompts"] = .array(prompt.map { .string($0) }) }
        if !subject.isEmpty {
            var subjects: [JSONValue] = []
            for text in subject { subjects.append(try Self.subject(text)) }
            fields["subjects"] = .array(subjects)
        }
        if let size {
            let sides = size.split(separator: "x").compactMap { Int($0) }
            guard sides.count == 2 else {
                throw Failure(
                    "expected --size WIDTHxHEIGHT such as 512x512, found \"\(size)\"",
                    code: 64
                )
            }
            fields["width"] = .integer(sides[0])
            fields["height"] = .integer(sides[1])
        }
        fields["adapter"] = adapter.map { .string($0) }
        fields["base"] = base.map { .string($0) }
        fields["method"] = method.map { .string($0) }
        fields["negative_prompt"] = negativePrompt.map { .string($0) }
        fields["count"] = count.map { .integer($0) }
        fields["seed"] = seed.map { .integer($0) }
        fields["steps"] = steps.map { .integer($0) }
        fields["sampler"] = sampler.map { .string($0) }
        fields["guidance_scale"] = guidanceScale.map { .number($0) }
        fields["gamma"] = gamma.map { .number($0) }
        return .object(fields)
    }

    private static func subject(_ text: String) throws(Failure) -> JSONValue {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else {
            throw Failure(
                "expected --subject CLASS=PICTURE such as dog=rex/1.jpg, found \"\(text)\"",
                code: 64
            )
        }
        return [
            "class": .string(String(parts[0])),
            "images": .array(parts[1].split(separator: ",").map { .string(String($0)) }),
        ]
    }
}
