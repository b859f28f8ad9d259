/// Prometheus's text format, version 0.0.4.
enum PrometheusText {
    /// What the format calls itself over HTTP.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// `HELP`, `TYPE` and every series of a family.
    static func lines(of family: PrometheusFamily, name: String, help: String?) -> String {
        var lines: [String] = []
        if let help { lines.append("# HELP \(name) \(escaped(help))") }
        lines.append("# TYPE \(name) \(family.kind.rawValue)")
        for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
            switch series {
            case .value(let value):
                lines.append("\(name)\(braced(labels)) \(number(value.current))")
            case .histogram(let histogram):
                lines += self.lines(of: histogram, name: name, labels: labels)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Labels as they stand between braces, by name.
    static func labels(_ labels: [(String, String)]) -> String {
        labels.sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\"\(escaped($0.1).replacing("\"", with: "\\\""))\"" }
            .joined(separator: ",")
    }

    /// A number as Prometheus reads it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func lines(
        of histogram: PrometheusHistogram,
        name: String,
        labels: String
    ) -> [String] {
        let counts = histogram.current
        var total = 0
        let buckets = zip(histogram.limits + [.infinity], counts.buckets).map { limit, count in
            total += count
            let limit = "le=\"\(number(limit))\""
            return "\(name)_bucket{\(labels.isEmpty ? limit : labels + "," + limit)} \(total)"
        }
        return buckets + [
            "\(name)_sum\(braced(labels)) \(number(counts.sum))",
            "\(name)_count\(braced(labels)) \(total)",
        ]
    }

    private static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }
}
