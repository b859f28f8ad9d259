import Foundation
import JobQueue
import Testing
import WorkerTestSupport

extension FaultQueue {
    /// Enqueues a job that counts.
    func count(
        to steps: Int,
        every interval: Int = 20,
        _ orders: [String] = [],
        _ change: (inout JobOrder) -> Void = { _ in }
    ) throws -> Int {
        let prompts = orders.map { "\"\($0)\"" }.joined(separator: ",")
        var order = JobOrder(
            kind: "train",
            params: """
                {"data": "d", "max_train_steps": \(steps), "checkpointing_steps": \(interval),
                 "validation_prompts": [\(prompts)]}
                """
        )
        change(&order)
        return try store.enqueue(order)
    }

    /// Checks what must hold after every fault, and that the winner counted every step once.
    func expectOneWinner(_ job: Int, steps: Int, _ place: SourceLocation = #_sourceLocation) throws
    {
        try expectOneWinner(job, place)
        let outputs = try store.outputs(of: job)
        let adapter = try #require(outputs.first { $0.role == "adapter" }, sourceLocation: place)
        let numbers = try String(
            contentsOf: folder.appending(path: "outputs/\(adapter.path)"),
            encoding: .utf8
        )
        #expect(
            numbers == (0..<steps).map(String.init).joined(separator: " "),
            "every step once",
            sourceLocation: place
        )
    }
}
