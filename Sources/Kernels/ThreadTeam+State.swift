internal import Glibc
internal import Synchronization

extension ThreadTeam {
    /// What a kernel asks the team to do; it stays on the stack of the call to `run`.
    struct Job {
        /// Does the share of one index.
        let body: (Int) -> Void
    }

    /// What the threads of one team share.
    ///
    /// `@unchecked Sendable` because the mutex and the conditions are made for sharing, and `job` is read
    /// only by a thread that has claimed an index of it, which keeps the job alive.
    @safe
    final class State: @unchecked Sendable {
        /// Indices must fit into the lower half of `announcement`, below `closed`.
        static let maximumCount = Int(UInt32.max) - 1
        /// The index half of `announcement` while no job may be claimed.
        private static let closed = UInt64(UInt32.max)
        /// Looks at an atomic before a thread goes to sleep: about 20 µs.
        private static let spinCount = 4_000

        private let isBusy = Atomic<Bool>(false)
        private let announcement = Atomic<UInt64>(State.closed)
        private let count = Atomic<Int>(0)
        private let job = Atomic<UInt>(0)
        /// Indices of the current job whose work has not ended.
        private let remaining = Atomic<Int>(0)
        private let sleepingWorkers = Atomic<Int>(0)
        private let isCallerAsleep = Atomic<Bool>(false)

        private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let workAnnounced = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private let workFinished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

        init() {
            unsafe pthread_mutex_init(mutex, nil)
            unsafe pthread_cond_init(workAnnounced, nil)
            unsafe pthread_cond_init(workFinished, nil)
        }

        /// Takes the team for one job; false if it has one.
        func tryBegin() -> Bool { !isBusy.exchange(true, ordering: .acquiring) }

        /// Gives the team back.
        func end() { isBusy.store(false, ordering: .releasing) }

        /// Announces a job, takes part in it, and returns when all of it is done.
        @unsafe
        func perform(_ newJob: UnsafePointer<Job>, count newCount: Int) {
            job.store(UInt(bitPattern: newJob), ordering: .relaxed)
            count.store(newCount, ordering: .relaxed)
            remaining.store(newCount, ordering: .relaxed)
            let generation = (announcement.load(ordering: .relaxed) >> 32) &+ 1
            announcement.store(generation << 32, ordering: .sequentiallyConsistent)
            wakeWorkers(atMost: newCount - 1)
            takePart()
            waitForTheOthers()
            announcement.store(generation << 32 | State.closed, ordering: .releasing)
        }

        /// Claims and does indices of the announced job until none is left.
        private func takePart() {
            while true {
                let word = announcement.load(ordering: .acquiring)
                let index = word & State.closed
                let address = job.load(ordering: .relaxed)
                guard index != State.closed, Int(index) < count.load(ordering: .relaxed),
                    let current = unsafe UnsafePointer<Job>(bitPattern: address)
                else { return }
                let claim = announcement.weakCompareExchange(
                    expected: word,
                    desired: word + 1,
                    ordering: .acquiringAndReleasing
                )
                guard claim.exchanged else { continue }
                unsafe State.perform(current, index: Int(index))
                let left = remaining.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
                if left == 0, isCallerAsleep.load(ordering: .sequentiallyConsistent) {
                    unsafe pthread_mutex_lock(mutex)
                    unsafe pthread_cond_signal(workFinished)
                    unsafe pthread_mutex_unlock(mutex)
                }
            }
        }

        /// A function of its own, so that what the call retains is released before the index counts as done.
        @inline(never)
        private static func perform(_ job: UnsafePointer<Job>, index: Int) {
            unsafe job.pointee.body(index)
        }

        private func wakeWorkers(atMost limit: Int) {
            let sleeping = sleepingWorkers.load(ordering: .sequentiallyConsistent)
            guard sleeping > 0 else { return }
            unsafe pthread_mutex_lock(mutex)
            for _ in 0..<min(sleeping, limit) { unsafe pthread_cond_signal(workAnnounced) }
            unsafe pthread_mutex_unlock(mutex)
        }

        private func waitForTheOthers() {
            for _ in 0..<State.spinCount where remaining.load(ordering: .acquiring) == 0 { return }
            isCallerAsleep.store(true, ordering: .sequentiallyConsistent)
            unsafe pthread_mutex_lock(mutex)
            while remaining.load(ordering: .sequentiallyConsistent) > 0 {
                unsafe pthread_cond_wait(workFinished, mutex)
            }
            unsafe pthread_mutex_unlock(mutex)
            isCallerAsleep.store(false, ordering: .relaxed)
        }

        /// The life of a worker: wait for an announcement, take part, again.
        func workForever() -> Never {
            while true {
                waitForWork()
                takePart()
            }
        }

        /// Whether an index of a job may be claimed.
        private var hasWork: Bool {
            let index = announcement.load(ordering: .sequentiallyConsistent) & State.closed
            return index != State.closed && Int(index) < count.load(ordering: .relaxed)
        }

        private func waitForWork() {
            for _ in 0..<State.spinCount where hasWork { return }
            unsafe pthread_mutex_lock(mutex)
            sleepingWorkers.add(1, ordering: .sequentiallyConsistent)
            while !hasWork { unsafe pthread_cond_wait(workAnnounced, mutex) }
            sleepingWorkers.subtract(1, ordering: .sequentiallyConsistent)
            unsafe pthread_mutex_unlock(mutex)
        }
    }
}
