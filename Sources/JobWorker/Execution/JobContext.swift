internal import Confinement
internal import Digests
package import Foundation
package import JobQueue
internal import Logging
internal import ModelFiles
package import Requests

/// What a handler has of its job: the request's surroundings, and the way to everything it makes.
///
/// It belongs to the compute thread, as the store in it does.
package final class JobContext {
    /// The job and its fencing token.
    package let lease: Lease
    /// Counts the attempts of the job from 1.
    package let attempt: Int
    /// The payload as it counts, every default and the seed written out.
    package let resolvedPayload: JSONValue
    /// Where reference pictures and data sets lie.
    package let inputs: ConfinedRoot
    /// Where bases and adapters lie.
    package let models: ConfinedRoot
    /// Limits, roots and cores of the worker.
    package let configuration: WorkerConfiguration
    /// Files of this attempt.
    package let workspace: Workspace

    let monitor: LeaseMonitor
    private let vitals: WorkerVitals
    let store: PostgresJobStore
    let telemetry: Telemetry
    let digests: FileDigests
    let bases: BaseShelf
    let logger: Logger
    /// How files get to and from other machines; nil where all have one output root.
    let exchange: (any FileExchange)?
    /// What people call the files of the job.
    private(set) var names: RelativeNames
    /// What the job reads, open until its end.
    private var places: [OpenedPlace] = []
    var resume: ResumePoint?
    /// What has been added so far.
    var outputs = OutputLedger()
    /// Checkpoints that have rows, oldest first.
    var checkpoints: [CheckpointRow] = []
    /// A checkpoint that is complete on disk, whose row the database could not take yet.
    var unrecorded: (row: CheckpointRow, byteCount: Int)?
    var nextRecordAttempt = ContinuousClock.now

    init(
        row: JobRow,
        resolvedPayload: JSONValue,
        workspace: Workspace,
        worker: ComputeSurroundings
    ) {
        lease = row.lease
        attempt = row.attempt
        self.resolvedPayload = resolvedPayload
        self.workspace = workspace
        configuration = worker.configuration
        inputs = ConfinedRoot(worker.configuration.inputRoot, name: "input root")
        models = ConfinedRoot(worker.configuration.modelsRoot, name: "models root")
        monitor = worker.monitor
        vitals = worker.vitals
        store = worker.store
        telemetry = worker.telemetry
        digests = worker.digests
        bases = worker.bases
        exchange = worker.exchange(for: row.lease)
        var logger = worker.logger
        logger[metadataKey: "job"] = "\(row.lease.jobID)"
        self.logger = logger
        names = RelativeNames(worker.configuration)
    }
}

extension JobContext {
    /// Keeps a place open until the job's end; where readers find it until then.
    func hold(_ place: OpenedPlace, named name: String) -> URL {
        places.append(place)
        names.call(place.path, name)
        return URL(filePath: place.path)
    }
}

extension JobContext: PipelineHost {
    package func report(step: Int, of steps: Int) {
        monitor.report(step: step, of: steps)
        vitals.report(step: step, of: steps)
        recordLateCheckpoint()
    }

    package func report(metric name: String, value: Double, step: Int) {
        telemetry.add(MetricPoint(name: name, step: step, value: value), of: lease)
    }

    package func log(_ message: String) {
        logger.debug("\(message)")
        telemetry.add(line: names(message), level: .info, of: lease)
    }

    package func warn(_ message: String) {
        logger.info("\(message)")
        telemetry.add(warning: names(message), of: lease)
    }

    package var interruption: PipelineInterruption? {
        if monitor.isCancelled { return .cancelled }
        return monitor.isYielding ? .yielded : nil
    }

    package var patience: Duration { monitor.patience }

    package var resumePoint: ResumePoint? { resume }

    package func addOutput(
        _ output: PipelineOutput,
        writing body: (_ file: URL) throws -> Void
    ) throws {
        let file = workspace.outputs.appending(path: output.path)
        try DurableFiles.makeFolder(file.deletingLastPathComponent())
        // Its second name in a checkpoint keeps its content.
        if outputFile(output.path) != nil { try FileManager.default.removeItem(at: file) }
        try body(file)
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        let (digest, byteCount) = try SHA256.digest(reading: handle)
        outputs.add(output, sha256: digest.description, byteCount: byteCount)
    }

    package func outputFile(_ path: String) -> URL? {
        guard outputs.entries.contains(where: { $0.path == path }) else { return nil }
        return workspace.outputs.appending(path: path)
    }
}
