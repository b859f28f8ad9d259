internal import Metrics
internal import Synchronization

/// One number: a counter or a gauge.
final class PrometheusValue: CounterHandler, FloatingPointCounterHandler, MeterHandler,
    RecorderHandler
{
    private let number = Mutex(0.0)

    /// The number now.
    var current: Double { number.withLock { $0 } }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { number.withLock { $0 += amount } }
    func decrement(by amount: Double) { number.withLock { $0 -= amount } }
    func reset() { set(0.0) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { number.withLock { $0 = value } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}
