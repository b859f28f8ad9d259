import Foundation
import JobQueue
import JobWorker
import Requests
import Synchronization

/// Counts to `max_train_steps`, with a checkpoint every `checkpointing_steps`, and leaves the list of the
/// numbers: a training whose result shows every step that was lost or taken twice.
///
/// `validation_prompts` holds orders: `slow` takes 20 ms a step instead of 1, `write N` fills N bytes into
/// each checkpoint, `fail CLASS` fails at the end, `hang` never takes the second step, `deaf` hears
/// no interruption, `patient` goes on while it may, `keep N` keeps N bytes of memory for ever, `crash` kills the
/// process at the first step, `segfault` writes where nothing is, `swallow` takes memory until there is no more,
/// `leak` tells the database's address and fails with it, `burn` keeps every core busy.
struct CountingHandler: JobHandler {
    let kind = JobKind.train
    /// What jobs have left behind.
    private static let kept = Mutex<[Data]>([])

    func run(_ request: JobRequest, in context: JobContext) throws {
        guard case .train(let request) = request else { return }
        let orders = request.validation.prompts
        let fire = orders.contains("burn") ? Fire() : nil
        defer { fire?.end() }
        for order in orders where order.hasPrefix("keep ") {
            Self.kept.withLock {
                $0.append(Data(repeating: 1, count: Int(order.dropFirst(5)) ?? 0))
            }
        }
        let total = request.optimizer.stepCount
        var numbers: [Int] = []
        if let resume = context.resumePoint {
            let state = try String(
                contentsOf: resume.folder.appending(path: "state"),
                encoding: .utf8
            )
            numbers = state.split(separator: " ").compactMap { Int($0) }
        }
        if orders.contains("leak") {
            let words = "my address is \(context.configuration.databaseURL)"
            context.log(words)
            context.warn(words)
            throw JobFailure(.permanent, stage: "train", text: words)
        }
        for step in numbers.count..<total {
            if orders.contains("crash") { kill(getpid(), SIGKILL) }
            if orders.contains("segfault") {
                unsafe UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = step
            }
            while orders.contains("swallow") {
                // Address space alone: the machine has others to serve.
                _ = UnsafeMutableRawPointer.allocate(byteCount: 1 << 30, alignment: 16)
            }
            // The work of a step.
            Thread.sleep(forTimeInterval: orders.contains("slow") ? 0.02 : 0.001)
            numbers.append(step)
            context.report(step: numbers.count, of: total)
            context.report(metric: "number", value: Double(step), step: step)
            context.log("step \(step)")
            while orders.contains("hang"),
                orders.contains("deaf") || context.interruption == nil
            {
                Thread.sleep(forTimeInterval: 0.01)
            }
            let ignores =
                orders.contains("deaf") || orders.contains("patient") && context.patience > .zero
            let interruption = ignores ? nil : context.interruption
            let isDue = numbers.count.isMultiple(of: request.checkpoints.stepInterval ?? .max)
            if isDue || interruption == .yielded { try save(numbers, orders, context) }
            if let interruption { throw interruption }
        }
        for order in orders where order.hasPrefix("fail ") {
            throw JobFailure(
                FailureClass(rawValue: String(order.dropFirst(5))) ?? .bug,
                stage: "train",
                text: "was told to fail"
            )
        }
        let output = PipelineOutput(role: "adapter", path: "numbers.txt", mediaType: "text/plain")
        try context.addOutput(output) { file in
            try Data(numbers.map(String.init).joined(separator: " ").utf8).write(to: file)
        }
    }

    private func save(_ numbers: [Int], _ orders: [String], _ context: JobContext) throws {
        try context.saveCheckpoint(step: numbers.count) { folder in
            try Data(numbers.map(String.init).joined(separator: " ").utf8)
                .write(to: folder.appending(path: "state"))
            for order in orders where order.hasPrefix("write ") {
                try Data(count: Int(order.dropFirst(6)) ?? 0)
                    .write(to: folder.appending(path: "ballast"))
            }
        }
        let validation = PipelineOutput(
            role: "validation",
            path: "validation-\(numbers.count).txt",
            mediaType: "text/plain"
        )
        try context.addOutput(validation) { try Data("\(numbers.count)".utf8).write(to: $0) }
    }
}
