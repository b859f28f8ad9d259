extension ThreadTeam {
    /// Splits `0..<count` over the shared team into blocks that are worth waking a thread for.
    ///
    /// For kernels whose items are independent outputs, so that the block size cannot change a result.
    ///
    /// - Parameters:
    ///   - count: The number of items.
    ///   - cost: Roughly the nanoseconds of one item on one core.
    ///   - body: Writes the results of the items in the range it gets.
    @inline(__always)
    static func run(over count: Int, cost: Double, _ body: (Range<Int>) -> Void) {
        // Waking a thread that sleeps costs about 10 µs; in a row of kernels it does not sleep.
        let blockSize = max(1, Int(15_000 / cost))
        guard count > blockSize else {
            if count > 0 { body(0..<count) }
            return
        }
        shared.run(over: count, blockSize: blockSize, body)
    }
}
