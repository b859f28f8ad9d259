internal import ArgumentParser
internal import Requests

/// Puts a training in the queue.
struct EnqueueTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "An adapter on multi-view pictures."
    )

    @Option(name: .shortAndLong, help: "Data set: a path below the input root, or job:ID.")
    var data: String

    @Option(name: .shortAndLong, help: "Base model: a path below the models root, or job:ID.")
    var base: String?

    @Option(
        name: .shortAndLong,
        help: "Adapter to start from: a path below the models root, or job:ID."
    )
    var adapter: String?

    @Option(
        name: .long,
        help: "What is trained: customcontrast, ip-adapter or ip-adapter-plus.",
        completion: .list(AdapterMethod.allCases.map(\.rawValue))
    )
    var method: String?

    @Option(name: .long, help: "Optimiser steps.")
    var steps: Int?

    @Option(name: .long, help: "Samples per forward pass.")
    var batchSize: Int?

    @Option(name: .long, help: "Learning rate.")
    var learningRate: Double?

    @Option(name: .long, help: "Row 0 … 5 of the paper's Tables 3 and 4.")
    var ablation: Int?

    @Option(name: .long, help: "Seed of weights, noise and data order.")
    var seed: Int?

    @OptionGroup var order: OrderOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        var fields: [String: JSONValue] = ["data": .string(data)]
        fields["base"] = base.map { .string($0) }
        fields["adapter"] = adapter.map { .string($0) }
        fields["max_train_steps"] = steps.map { .integer($0) }
        fields["train_batch_size"] = batchSize.map { .integer($0) }
        fields["learning_rate"] = learningRate.map { .number($0) }
        var pieces: [String: JSONValue] = [:]
        pieces["name"] = method.map { .string($0) }
        pieces["ablation"] = ablation.map { .integer($0) }
        if !pieces.isEmpty { fields["method"] = .object(pieces) }
        fields["seed"] = seed.map { .integer($0) }
        try order.send(.train, .object(fields), connection: connection, output: output)
    }
}
