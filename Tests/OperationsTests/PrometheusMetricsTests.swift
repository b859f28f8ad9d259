import Metrics
import Operations
import Testing

/// The text that Prometheus reads.
@Suite struct PrometheusMetricsTests {
    @Test func everyKindOfMetricHasItsLines() {
        let metrics = PrometheusMetrics(
            help: ["jobs_total": "Jobs that have ended.\nAll of them, \\ too."],
            buckets: ["wait_seconds": [0.5, 1]]
        )
        for kind in ["train", "generate", "train"] {
            Counter(label: "jobs_total", dimensions: [("kind", kind)], factory: metrics).increment()
        }
        Meter(label: "memory_bytes", factory: metrics).set(1 << 40)
        Gauge(label: "load", dimensions: [("b", "2"), ("a", "x\"y\\z\n")], factory: metrics)
            .record(0.25)
        let timer = Timer(label: "wait_seconds", factory: metrics)
        for milliseconds in [100, 500, 700, 3000] { timer.recordMilliseconds(milliseconds) }
        #expect(
            metrics.text == #"""
                # HELP jobs_total Jobs that have ended.\nAll of them, \\ too.
                # TYPE jobs_total counter
                jobs_total{kind="generate"} 1
                jobs_total{kind="train"} 2
                # TYPE load gauge
                load{a="x\"y\\z\n",b="2"} 0.25
                # TYPE memory_bytes gauge
                memory_bytes 1099511627776
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.5"} 2
                wait_seconds_bucket{le="1"} 3
                wait_seconds_bucket{le="+Inf"} 4
                wait_seconds_sum 4.3
                wait_seconds_count 4

                """#
        )
    }

    @Test func labelsOfAHistogramStandBesideItsLimits() {
        let metrics = PrometheusMetrics(buckets: ["s": [1]])
        Recorder(label: "s", dimensions: [("kind", "train")], factory: metrics).record(2)
        #expect(
            metrics.text == """
                # TYPE s histogram
                s_bucket{kind="train",le="1"} 0
                s_bucket{kind="train",le="+Inf"} 1
                s_sum{kind="train"} 2
                s_count{kind="train"} 1

                """
        )
    }

    @Test(
        arguments: [
            (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (-3, "-3"),
            (1e300, "1e+300"),
        ]
    )
    func numbersAreWrittenAsPrometheusReadsThem(_ value: Double, _ text: String) {
        let metrics = PrometheusMetrics()
        Meter(label: "x", factory: metrics).set(value)
        #expect(metrics.text == "# TYPE x gauge\nx \(text)\n")
    }
}
