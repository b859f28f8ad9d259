package import Foundation
package import Requests

/// A pipeline's host that remembers what it is told, and keeps checkpoints below a temporary folder.
package final class RecordingHost: PipelineHost {
    /// A point of a curve.
    package struct Metric: Equatable {
        package let name: String
        package let value: Double
        package let step: Int
    }

    /// A finished output file.
    package struct Output {
        package let output: PipelineOutput
        let file: URL
        package let content: Data
    }

    /// The steps done and the steps in all, as often as they were reported.
    package private(set) var progress: [(step: Int, steps: Int)] = []
    package private(set) var metrics: [Metric] = []
    package private(set) var logs: [String] = []
    package private(set) var warnings: [String] = []
    package private(set) var outputs: [Output] = []
    /// The checkpoints, the newest last.
    package private(set) var checkpoints: [ResumePoint] = []
    package let resumePoint: ResumePoint?
    package let patience: Duration
    /// What stops the pipeline once so many steps are done.
    private let stop: (step: Int, reason: PipelineInterruption)?
    private let folder: TemporaryFolder
    /// The outputs that each checkpoint has kept.
    private var keptOutputs: [[Output]] = []
    /// The attempt before, whose folder has to stay.
    private let earlier: RecordingHost?

    /// Creates a host that remembers nothing yet.
    package init(
        resumingAt resumePoint: ResumePoint? = nil,
        stoppingAt stop: (step: Int, reason: PipelineInterruption)? = nil,
        patience: Duration = .zero
    ) throws {
        self.resumePoint = resumePoint
        self.stop = stop
        self.patience = patience
        earlier = nil
        folder = try TemporaryFolder()
    }

    /// Creates the host of the attempt after `earlier`: it has that one's newest checkpoint, and the outputs
    /// made before it.
    package init(
        after earlier: RecordingHost,
        stoppingAt stop: (step: Int, reason: PipelineInterruption)? = nil
    ) throws {
        resumePoint = earlier.checkpoints.last
        outputs = earlier.keptOutputs.last ?? []
        patience = .zero
        self.stop = stop
        self.earlier = earlier
        folder = try TemporaryFolder()
    }

    package var interruption: PipelineInterruption? {
        guard let stop, let step = progress.last?.step, step >= stop.step else { return nil }
        return stop.reason
    }

    package func report(step: Int, of steps: Int) { progress.append((step, steps)) }

    package func report(metric name: String, value: Double, step: Int) {
        metrics.append(Metric(name: name, value: value, step: step))
    }

    package func log(_ message: String) { logs.append(message) }

    package func warn(_ message: String) { warnings.append(message) }

    package func saveCheckpoint(step: Int, writing body: (_ folder: URL) throws -> Void) throws {
        let place = URL(fileURLWithPath: folder["checkpoint-\(checkpoints.count)"])
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        try body(place)
        checkpoints.append(ResumePoint(step: step, folder: place))
        keptOutputs.append(outputs)
    }

    package func addOutput(
        _ output: PipelineOutput,
        writing body: (_ file: URL) throws -> Void
    ) throws {
        let file = URL(fileURLWithPath: folder["output-\(outputs.count)"])
        try body(file)
        outputs.append(Output(output: output, file: file, content: try Data(contentsOf: file)))
    }

    package func outputFile(_ path: String) -> URL? {
        outputs.last { $0.output.path == path }?.file
    }

    /// The outputs of a role, such as `image`.
    package func outputs(_ role: String) -> [Output] { outputs.filter { $0.output.role == role } }

    /// The values of a curve, by step.
    package func curve(_ name: String) -> [Double] {
        metrics.filter { $0.name == name }.map(\.value)
    }
}
