internal import Kernels

/// What the machine can do at most, measured: kernels are compared with it.
struct MachineLimit {
    /// Float32 operations per second of fused multiply-adds on registers, all threads together.
    let operations: Double
    /// Bytes per second read and written by copying what fits no cache, all threads together.
    let bytes: Double

    init() {
        operations = MachineLimit.fastest(of: 5, work: MachineLimit.multiplyAddWork) {
            MachineLimit.multiplyAdd()
        }
        let count = 1 << 26
        let source = [Float](repeating: 1, count: count)
        var target = [Float](repeating: 0, count: count)
        bytes = MachineLimit.fastest(of: 5, work: Double(2 * count * MemoryLayout<Float>.size)) {
            MachineLimit.copy(source, into: &target)
        }
    }

    /// Work per second of the fastest of some runs.
    static func fastest(of runs: Int, work: Double, _ body: () -> Void) -> Double {
        let best = (0..<runs).map { _ in ContinuousClock().measure(body) / .seconds(1) }.min()
        return best.map { work / $0 } ?? 0
    }

    private static let rounds = 2_000_000
    private static let accumulators = 24

    private static var multiplyAddWork: Double {
        Double(2 * 16 * accumulators * rounds * ThreadTeam.shared.threadCount)
    }

    /// Each thread's chains of fused multiply-adds, more than its units have stages.
    private static func multiplyAdd() {
        ThreadTeam.shared.run(count: ThreadTeam.shared.threadCount) { _ in
            typealias Vector = SIMD16<Float>
            let factor = Vector(repeating: 0.999)
            var (a, b, c, d) = (Vector(), Vector(), Vector(), Vector())
            var (e, f, g, h) = (Vector(), Vector(), Vector(), Vector())
            for _ in 0..<rounds * accumulators / 8 {
                a.addProduct(a, factor)
                b.addProduct(b, factor)
                c.addProduct(c, factor)
                d.addProduct(d, factor)
                e.addProduct(e, factor)
                f.addProduct(f, factor)
                g.addProduct(g, factor)
                h.addProduct(h, factor)
            }
            let sum = (a + b) + (c + d) + (e + f) + (g + h)
            precondition(sum[0] == 0, "zeros stay zeros")
        }
    }

    private static func copy(_ source: [Float], into target: inout [Float]) {
        unsafe target.withUnsafeMutableBufferPointer { target in
            unsafe source.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                ThreadTeam.shared.run(over: source.count, blockSize: 1 << 20) { range in
                    unsafe (to + range.lowerBound).update(
                        from: from + range.lowerBound,
                        count: range.count
                    )
                }
            }
        }
    }
}
