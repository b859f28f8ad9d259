/// What a process says of itself. Every answer comes from memory: whoever asks must not have to wait for
/// what it asks about.
package struct OperationsAnswers: Sendable {
    /// Why a supervisor should end the process and start another; empty where all is well.
    package let problems: @Sendable () -> [String]
    /// Why the process takes no work now; empty where it does.
    package let obstacles: @Sendable () -> [String]
    /// The state of things, as JSON.
    package let status: @Sendable () -> String
    /// The metrics, in Prometheus's text format.
    package let metrics: @Sendable () -> String

    package init(
        problems: @escaping @Sendable () -> [String],
        obstacles: @escaping @Sendable () -> [String],
        status: @escaping @Sendable () -> String,
        metrics: @escaping @Sendable () -> String
    ) {
        self.problems = problems
        self.obstacles = obstacles
        self.status = status
        self.metrics = metrics
    }
}
