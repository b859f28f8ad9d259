internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// The threads that all kernels share, one per core, started once and asleep between kernels.
///
/// `run` splits a kernel over its *outputs*: each index writes its own part of the result, in pieces whose
/// size never depends on the number of threads, so that the result does not either. The calling thread
/// works too. A call from inside a running kernel, or from a second thread while one runs, is done by the
/// caller alone: never wrong, only slower.
///
/// A job is announced in one atomic word, `generation << 32 | next index`. Claiming an index is a
/// compare-and-exchange on that word, so a worker that wakes late cannot touch a job that is over.
package final class ThreadTeam: Sendable {
    /// The team of the process: `CONTRAST_THREADS` threads, or one per core it may use.
    package static let shared = ThreadTeam(threadCount: ThreadTeam.defaultThreadCount)

    /// The number of threads that compute, the caller included.
    package let threadCount: Int

    private let state: State

    /// Starts a team; its threads live as long as the process.
    package init(threadCount: Int) {
        precondition(threadCount >= 1, "a team needs at least one thread")
        self.threadCount = threadCount
        state = State()
        for _ in 1..<threadCount { ThreadTeam.startWorker(of: state) }
    }

    /// Calls `body` once for every index below `count`, on several threads at a time, and returns when all
    /// calls have.
    ///
    /// `body` is not `@Sendable`, because kernels share pointers: each call may write only what belongs to
    /// its own index.
    package func run(count: Int, _ body: (Int) -> Void) {
        guard threadCount > 1, count > 1, count <= State.maximumCount, state.tryBegin() else {
            for index in 0..<max(count, 0) { body(index) }
            return
        }
        withoutActuallyEscaping(body) { body in
            let job = Job(body: body)
            unsafe withUnsafePointer(to: job) { job in
                unsafe state.perform(job, count: count)
            }
        }
        state.end()
    }

    /// Splits `0..<count` into blocks of `blockSize` (the last may be shorter) and calls `body` once for
    /// each, on several threads at a time.
    ///
    /// The block size decides what is too small to wake a thread for: one block runs at once on the caller.
    package func run(over count: Int, blockSize: Int, _ body: (Range<Int>) -> Void) {
        let blocks = (count + blockSize - 1) / blockSize
        run(count: blocks) { block in
            body(block * blockSize..<min((block + 1) * blockSize, count))
        }
    }

    /// `CONTRAST_THREADS`, or the number of cores this process may run on.
    private static var defaultThreadCount: Int {
        let process = ProcessInfo.processInfo
        guard let text = process.environment["CONTRAST_THREADS"] else {
            return process.activeProcessorCount
        }
        guard let count = Int(text), count >= 1 else {
            fatalError("CONTRAST_THREADS must be a number of threads, at least 1, not '\(text)'")
        }
        return count
    }

    private static func startWorker(of state: State) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, 16 << 20)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(state).toOpaque()
        let status = unsafe pthread_create(&thread, &attributes, ThreadTeam.workerMain, context)
        precondition(status == 0, "a compute thread could not be started: error \(status)")
    }

    private static let workerMain:
        @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<State>.fromOpaque(context).takeUnretainedValue().workForever()
            }
}
