internal import CSystemCalls
internal import Glibc

/// Receives the process's signals by waiting for them, so that none of the worker's code runs inside a handler.
///
/// swift-service-lifecycle turns signals into one graceful shutdown of async services; here the first
/// signal gives work back, the third ends the process, and a deadline stands behind both, on plain threads.
/// Waiting with `sigtimedwait` on the main thread is all that this needs.
struct SignalWaiter {
    /// Asks the process to stop: from a supervisor, or from a terminal.
    private static let stopSignals = [SIGTERM, SIGINT]
    /// The process tells itself that its work is done.
    private static let doneSignal = SIGUSR1
    /// The process tells itself that the job in hand will never end.
    private static let hungSignal = SIGUSR2

    /// What was received.
    enum Event: Equatable {
        case stop(signal: Int32)
        case done
        case hung
        case deadline
    }

    private let signals: sigset_t

    /// Blocks the signals. Call it before any thread is started, because threads inherit what is blocked.
    init() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        let received = Self.stopSignals + [Self.doneSignal, Self.hungSignal]
        for signal in received { unsafe sigaddset(&signals, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        // OpenBLAS starts threads when it is loaded, before main. While this thread waits, the kernel prefers it;
        // while the process is frozen (SIGSTOP) nobody waits. Only now: a thread that does not block what is passed on
        // to it would pass it on to itself for ever.
        for signal in received {
            let result = contrast_pass_on_signal(signal)
            precondition(result == 0, "signal \(signal) can be received")
        }
        // A peer that hung up, or a file that may not grow, is an error of the call, not the end of us.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        self.signals = signals
    }

    /// Tells the waiting thread that the work is done.
    static func announceDone() {
        kill(getpid(), doneSignal)
    }

    /// Tells the waiting thread that the job in hand stands still and hears nothing.
    static func announceHung() {
        kill(getpid(), hungSignal)
    }

    /// Waits for the next event; without a deadline as long as it takes.
    func next(until deadline: ContinuousClock.Instant?) -> Event {
        var signals = signals
        while true {
            let left = deadline.map { ContinuousClock.now.duration(to: $0) } ?? .seconds(3600)
            guard left > .zero else { return .deadline }
            let (seconds, attoseconds) = left.components
            var timeout = timespec(
                tv_sec: Int(seconds),
                tv_nsec: Int(attoseconds / 1_000_000_000)
            )
            let signal = unsafe sigtimedwait(&signals, nil, &timeout)
            if signal == Self.doneSignal { return .done }
            if signal == Self.hungSignal { return .hung }
            if Self.stopSignals.contains(signal) { return .stop(signal: signal) }
        }
    }
}
