package import Metrics
internal import Synchronization

/// Keeps what the counters, meters, recorders and timers of swift-metrics say, until Prometheus asks.
///
/// Counters become counters; meters, and recorders that do not aggregate, become gauges; timers (in
/// seconds) and recorders that aggregate become histograms. Labels of metrics are Prometheus's names,
/// units included; dimensions are its labels.
package final class PrometheusMetrics: MetricsFactory {
    /// The limits of histograms that have none of their own, as Prometheus's own libraries have them.
    package static let defaultBuckets = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    private let help: [String: String]
    private let buckets: [String: [Double]]
    private let families = Mutex<[String: PrometheusFamily]>([:])

    /// - Parameters:
    ///   - help: What each metric is, by name.
    ///   - buckets: Upper limits of histograms, rising, by name.
    package init(help: [String: String] = [:], buckets: [String: [Double]] = [:]) {
        precondition(
            buckets.values.allSatisfy { $0 == Set($0).sorted() },
            "the limits of a histogram rise"
        )
        self.help = help
        self.buckets = buckets
    }

    /// Everything, in Prometheus's text format (version 0.0.4).
    package var text: String {
        let families = families.withLock { $0 }
        return families.sorted { $0.key < $1.key }
            .map { PrometheusText.lines(of: $0.value, name: $0.key, help: help[$0.key]) }
            .joined()
    }

    package func makeCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any CounterHandler {
        value(label, dimensions, .counter)
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        value(label, dimensions, .counter)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        value(label, dimensions, .gauge)
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions) : value(label, dimensions, .gauge)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    // What was counted stays told: a metric is made anew for each use of it.
    package func destroyCounter(_: any CounterHandler) {}
    package func destroyFloatingPointCounter(_: any FloatingPointCounterHandler) {}
    package func destroyMeter(_: any MeterHandler) {}
    package func destroyRecorder(_: any RecorderHandler) {}
    package func destroyTimer(_: any TimerHandler) {}

    private func value(
        _ name: String,
        _ labels: [(String, String)],
        _ kind: PrometheusFamily.Kind
    ) -> PrometheusValue {
        let series = series(name, labels, kind) { .value(PrometheusValue()) }
        guard case .value(let value) = series else {
            preconditionFailure("counters and gauges are single values")
        }
        return value
    }

    private func histogram(_ name: String, _ labels: [(String, String)]) -> PrometheusHistogram {
        let limits = buckets[name] ?? Self.defaultBuckets
        let series = series(name, labels, .histogram) {
            .histogram(PrometheusHistogram(limits: limits))
        }
        guard case .histogram(let histogram) = series else {
            preconditionFailure("histograms have buckets")
        }
        return histogram
    }

    /// The series of a name and of labels, made where there is none yet.
    private func series(
        _ name: String,
        _ labels: [(String, String)],
        _ kind: PrometheusFamily.Kind,
        _ make: () -> PrometheusFamily.Series
    ) -> PrometheusFamily.Series {
        let labels = PrometheusText.labels(labels)
        return families.withLock { families in
            let family = families[name] ?? PrometheusFamily(kind: kind)
            precondition(family.kind == kind, "\(name) is a \(family.kind), not a \(kind)")
            if let known = family.series[labels] { return known }
            let made = make()
            families[name, default: family].series[labels] = made
            return made
        }
    }
}
