import JobQueue

/// A job of `QueueModel`: the columns of `contrast.job` that decide something.
struct ModelJob: Equatable {
    var state = JobState.ready
    var depsLeft = 0
    var fair = 0
    var token = 0
    var attempts = 0
    var failures = 0
    var crashes = 0
    var yields = 0
    var maxFailures = 3
    /// Which base it is on.
    var base = 1
    /// How often others were taken first for their base, since it was ready.
    var overtaken = 0
    var hasKey = false
    /// Whether `run_at` lies ahead.
    var isPaused = false
    var isCancelling = false
    var isYielding = false
    var isHeld = false
    var isStalled = false
    var cancelledBy = 0
    /// Step of the newest checkpoint; 0 is none.
    var checkpoint = 0
    /// Token of the attempt whose outputs are published; 0 is none.
    var winner = 0
    var winCount = 0

    /// As `QueuePlayer` prints it.
    var summary: String {
        """
        \(state.rawValue) deps=\(depsLeft) token=\(token) attempts=\(attempts) failures=\(failures) \
        crashes=\(crashes) yields=\(yields) overtaken=\(overtaken) paused=\(!state.isFinal && isPaused) cancel=\(isCancelling) \
        yield=\(isYielding) hold=\(isHeld) stalled=\(isStalled) by=\(cancelledBy)
        """
    }
}
