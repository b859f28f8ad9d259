internal import Foundation
internal import JobQueue

/// Under which id the queue knows this process; a new one after it was declared gone.
final class WorkerIdentity: Sendable {
    private let id = Monitor<UUID?>(nil)
    private let configuration: WorkerConfiguration
    /// The kinds of job it takes.
    let kinds: [String]
    private let version: String

    init(_ configuration: WorkerConfiguration, kinds: [String], version: String) {
        self.configuration = configuration
        self.kinds = kinds
        self.version = version
    }

    /// The id, if the queue knows the worker.
    var registered: UUID? { id.withLock { $0 } }

    /// The queue does not know the worker any more.
    func forget() {
        id.withLock { $0 = nil }
    }

    /// The id, registered if need be.
    func register(_ store: PostgresJobStore) throws(QueueError) -> UUID {
        if let known = registered { return known }
        let registration = WorkerRegistration(
            name: configuration.name,
            host: ProcessInfo.processInfo.hostName,
            processID: Int(ProcessInfo.processInfo.processIdentifier),
            version: version,
            kinds: kinds,
            tags: configuration.tags,
            memory: configuration.memory
        )
        try store.register(registration)
        id.withLock { $0 = registration.id }
        return registration.id
    }
}
