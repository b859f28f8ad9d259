/// All series of one name.
struct PrometheusFamily: Sendable {
    /// What the `TYPE` line says.
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// What the series of some labels knows.
    enum Series: Sendable {
        case value(PrometheusValue)
        case histogram(PrometheusHistogram)
    }

    let kind: Kind
    /// By their labels, as `{…}` has them in the text.
    var series: [String: Series] = [:]
}
