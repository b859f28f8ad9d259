internal import Metrics
internal import Synchronization

/// How many values were at most so large; a timer's are seconds.
final class PrometheusHistogram: RecorderHandler, TimerHandler {
    /// What has been counted so far.
    struct Counts: Sendable {
        /// For each limit the values up to it that are above the limit before; the last one's are above all.
        var buckets: [Int]
        var sum = 0.0
    }

    /// Upper limits, rising; above the last one there is no limit.
    let limits: [Double]
    private let counts: Mutex<Counts>

    init(limits: [Double]) {
        self.limits = limits
        counts = Mutex(Counts(buckets: Array(repeating: 0, count: limits.count + 1)))
    }

    /// The counts now.
    var current: Counts { counts.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let index = limits.firstIndex { value <= $0 } ?? limits.count
        counts.withLock {
            $0.buckets[index] += 1
            $0.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
