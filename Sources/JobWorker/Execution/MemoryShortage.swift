internal import Generation

/// A job that cannot fit into the memory that this worker may use: found out before anything is loaded.
struct MemoryShortage: PermanentFailure, CustomStringConvertible {
    /// What the job would take.
    let need: MemoryNeed
    /// Bytes that jobs of this worker may use.
    let available: Int

    var description: String {
        "expected memory for about \(need), found \(MemoryNeed.words(available)) that jobs of this worker "
            + "may use (CONTRAST_WORKER_MEMORY, or the machine's); ask for smaller or fewer pictures at a time, "
            + "or have a larger worker run the job."
    }
}
