internal import JobQueue
internal import Logging
internal import ModelFiles

/// What the compute thread works with, whatever the job. It never leaves that thread: `store` is its own.
struct ComputeSurroundings {
    let configuration: WorkerConfiguration
    let handlers: HandlerTable
    let identity: WorkerIdentity
    let monitor: LeaseMonitor
    let vitals: WorkerVitals
    let store: PostgresJobStore
    let telemetry: Telemetry
    let logger: Logger
    /// Hashes of the models' files that have been read.
    let digests = FileDigests()
    /// The base that is kept from one job to the next.
    let bases = BaseShelf()

    /// How files get to and from other machines, for a job or for nobody; nil where all have one output root.
    func exchange(for lease: Lease?) -> (any FileExchange)? {
        switch configuration.exchange {
        case nil: nil
        case .database: DatabaseExchange(store, reader: lease)
        case .folder(let folder): FolderExchange(folder, store: store)
        }
    }
}
