/// One point of a job's curve.
package struct MetricPoint: Sendable, Equatable {
    /// Of the curve, such as `loss/total`.
    package let name: String
    package let step: Int
    package let value: Double

    package init(name: String, step: Int, value: Double) {
        self.name = name
        self.step = step
        self.value = value
    }
}
