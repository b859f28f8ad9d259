package import FoundationEssentials

/// What one start of a worker process says of itself.
package struct WorkerRegistration: Sendable, Equatable {
    /// New for every start; two starts never share one.
    package let id: UUID
    /// What people call the worker.
    package let name: String
    package let host: String
    package let processID: Int
    package let version: String
    /// The kinds of jobs it runs.
    package let kinds: [String]
    /// What it has, such as `cuda`; a job that needs a tag goes to a worker that has it.
    package let tags: [String]
    /// Memory for jobs in MiB: of the machine, and of its accelerator.
    package let memory: Int
    package let acceleratorMemory: Int
    /// How many jobs it runs at a time.
    package let slots: Int

    package init(
        id: UUID = UUID(),
        name: String,
        host: String,
        processID: Int,
        version: String,
        kinds: [String],
        tags: [String] = [],
        memory: Int,
        acceleratorMemory: Int = 0,
        slots: Int = 1
    ) {
        self.id = id
        self.name = name
        self.host = host
        self.processID = processID
        self.version = version
        self.kinds = kinds
        self.tags = tags
        self.memory = memory
        self.acceleratorMemory = acceleratorMemory
        self.slots = slots
    }
}
