internal import Generation

extension JobContext {
    /// Refuses a job that needs more memory than jobs of this worker may use; notes the estimate otherwise.
    /// A base of the job before that leaves too little is let go, though this job could use it.
    ///
    /// - Parameters:
    ///   - base: The base the job uses.
    ///   - estimate: What the job needs, if its base is in memory already or not, of the bytes it may use.
    /// - Returns: The estimate that the job has to keep to.
    @discardableResult
    func requireMemory(
        on base: FoundBase,
        estimate: (_ isKept: Bool, _ available: Int) throws -> MemoryNeed
    ) throws -> MemoryNeed {
        let available = configuration.memory << 20
        let isKept = bases.keeps(base.place)
        var need = try estimate(isKept, available)
        if isKept, need.peak.bytes > available {
            bases.clear()
            need = try estimate(false, available)
        }
        try requireMemory(need)
        return need
    }
    /// Refuses a job that needs more memory than jobs of this worker may use; notes the estimate otherwise.
    func requireMemory(_ need: MemoryNeed) throws {
        let available = configuration.memory << 20
        guard need.peak.bytes <= available else {
            throw MemoryShortage(need: need, available: available)
        }
        log("Memory: about \(need), of \(MemoryNeed.words(available)).")
    }
}
