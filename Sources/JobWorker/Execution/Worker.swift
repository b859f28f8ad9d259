internal import CSystemCalls
internal import Foundation
internal import Glibc
internal import JobQueue
package import Logging
package import Metrics
internal import Postgres
internal import Requests

/// A worker process: one thread that computes, and a few that must never wait for it.
///
/// The main thread waits for signals and stands behind the deadline; the compute thread claims, runs and
/// settles; the lease keeper beats; telemetry stores what jobs say.
package struct Worker {
    private let configuration: WorkerConfiguration
    private let handlers: HandlerTable
    private let version: String
    private let metrics: any MetricsFactory
    private let logger: Logger
    private let watching: @Sendable (WorkerVitals) throws -> Void
    private let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)

    /// - Parameters:
    ///   - metrics: Collects what the worker counts and measures.
    ///   - watching: Begins to tell others of the worker, before it has reached its database.
    package init(
        _ configuration: WorkerConfiguration,
        handlers: HandlerTable,
        version: String,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger,
        watching: @escaping @Sendable (WorkerVitals) throws -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.handlers = handlers
        self.version = version
        self.metrics = metrics
        self.logger = logger
        self.watching = watching
    }

    /// Works until there is nothing left (`drains`), or until a signal or an admin ends it. Call it on the
    /// main thread before any other thread is started.
    package func run(drains: Bool) -> WorkerEnd {
        // A password is in this memory, and gigabytes of weights.
        if contrast_forbid_core_dumps() < 0 { logger.warning("a crash may leave a core dump") }
        let signals = SignalWaiter()
        let identity = WorkerIdentity(
            configuration,
            kinds: configuration.claimedKinds(of: handlers.kinds),
            version: version
        )
        let wake = WakeSignal()
        let monitor = LeaseMonitor(
            leaseDuration: configuration.lease,
            grace: configuration.grace
        ) { wake.signal() }
        let vitals = WorkerVitals(
            configuration,
            identity: identity,
            monitor: monitor,
            version: version,
            metrics: metrics
        )
        do {
            try WorkerFolders(configuration).check()
        } catch {
            return .failed("\(error)")
        }
        do {
            try watching(vitals)
        } catch {
            return .unreachable("\(error)")
        }
        manager?.starting(within: configuration.connectTimeout + .seconds(30))
        if let end = waitForDatabase(identity, signals) { return end }
        do {
            let queue = try PostgresJobStore(settings("work")).queueID()
            try RootMark(of: configuration.outputRoot, setting: .outputRoot).claim(for: queue)
            if case .folder(let folder) = configuration.exchange {
                try RootMark(of: folder, setting: .exchange).claim(for: queue)
            }
        } catch {
            sayGoodBye(identity)
            return .failed("\(error)")
        }

        let telemetry = Telemetry(settings("telemetry"), vitals: vitals, logger: logger)
        let watch =
            configuration.operationsAddress == nil ? nil : QueueWatch(vitals)
        let isFinished = Monitor(false)
        let result = Monitor<WorkerEnd?>(nil)
        let keeper = LeaseKeeper(
            identity: identity,
            monitor: monitor,
            vitals: vitals,
            settings: settings(
                "lease",
                statementTimeout: min(.seconds(5), configuration.lease / 4),
                answerTimeout: min(.seconds(10), configuration.lease / 2)
            ),
            configuration: configuration,
            wake: wake,
            isFinished: isFinished,
            logger: logger
        )
        let keeperThread = PlainThread(name: "lease keeper") { keeper.run() }
        let telemetryThread = PlainThread(name: "telemetry") { telemetry.run(watch: watch) }
        let computeSettings = settings(
            "work",
            statementTimeout: min(.seconds(30), configuration.lease),
            answerTimeout: min(.seconds(35), configuration.lease * 1.5)
        )
        let (configuration, handlers, logger) = (configuration, handlers, logger)
        // Deep recursion through a model's blocks and its gradients needs room.
        let computeThread = PlainThread(name: "compute", stackSize: 256 << 20) {
            let store = PostgresJobStore(computeSettings)
            store.onReconnect = { vitals.reconnected("work") }
            let loop = ClaimLoop(
                worker: ComputeSurroundings(
                    configuration: configuration,
                    handlers: handlers,
                    identity: identity,
                    monitor: monitor,
                    vitals: vitals,
                    store: store,
                    telemetry: telemetry,
                    logger: logger
                ),
                drains: drains
            )
            let end = loop.run()
            result.withLock { $0 = end }
            SignalWaiter.announceDone()
        }

        manager?.ready()
        let end = supervise(signals, monitor, vitals, result)
        telemetry.finish()
        isFinished.withLock { $0 = true }
        wake.signal()
        let deadline = ContinuousClock.now + .seconds(5)
        _ = telemetryThread.join(until: deadline)
        _ = keeperThread.join(until: deadline)
        if end != .forced {
            _ = computeThread.join(until: deadline)
            sayGoodBye(identity)
        }
        logger.info("the worker ends", metadata: ["why": "\(end)"])
        return end
    }

    /// Waits for the compute thread's end; signals and the grace period can bring it about.
    private func supervise(
        _ signals: SignalWaiter,
        _ monitor: LeaseMonitor,
        _ vitals: WorkerVitals,
        _ result: Monitor<WorkerEnd?>
    ) -> WorkerEnd {
        var deadline: ContinuousClock.Instant?
        var stopCount = 0
        while true {
            manager?.tell(vitals.line, problems: vitals.problems)
            let nextWord = manager.map { ContinuousClock.now + $0.interval }
            switch signals.next(until: [deadline, nextWord].compactMap(\.self).min()) {
            case .done:
                if let end = result.withLock({ $0 }) { return end }
            case .hung:
                logger.error(
                    "the job in hand stands still and hears nothing; it is left to its lease"
                )
                return .forced
            case .deadline:
                guard let deadline, deadline <= .now else { continue }
                logger.error("the grace period is over; the job in hand is left to its lease")
                return .forced
            case .stop:
                stopCount += 1
                if stopCount >= 3 {
                    logger.error("stopped at once; the job in hand is left to its lease")
                    return .forced
                }
                if stopCount == 2 {
                    logger.notice(
                        "the job in hand is given back at its next step; once more to leave it to its lease"
                    )
                    monitor.hurry()
                    continue
                }
                logger.notice("stopping: no more claims, the job in hand is given back")
                // Some of the grace period is kept for the way out.
                deadline = .now + configuration.grace - min(.seconds(5), configuration.grace / 4)
                manager?.stopping(within: configuration.grace + .seconds(30))
                monitor.stop()
            }
        }
    }

    /// Connects and registers for the first time; the reason where that cannot be.
    private func waitForDatabase(
        _ identity: WorkerIdentity,
        _ signals: SignalWaiter
    ) -> WorkerEnd? {
        let store = PostgresJobStore(settings("work"))
        let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))
        let deadline = ContinuousClock.now + configuration.connectTimeout
        var attempt = 0
        while true {
            do throws(QueueError) {
                let version = try store.schemaVersion()
                guard version ?? 0 >= QueueSchema.version else {
                    let found = version.map { "has version \($0)" } ?? "is not there"
                    return .failed(
                        "expected version \(QueueSchema.version) of the database's schema or newer, but it "
                            + "\(found); run contrastctl migrate"
                    )
                }
                let id = try identity.register(store)
                logger.info(
                    "registered",
                    metadata: [
                        "worker": "\(configuration.name)", "id": "\(id)",
                        "kinds": "\(identity.kinds.joined(separator: ","))",
                    ]
                )
                return nil
            } catch {
                guard case .unreachable = error else { return .failed("\(error)") }
                if attempt == 0 {
                    logger.warning("waiting for the database", metadata: ["error": "\(error)"])
                }
                let next = ContinuousClock.now + backoff.pause(attempt: attempt)
                guard next < deadline else { return .unreachable("\(error)") }
                if case .stop = signals.next(until: next) { return .stopped }
                attempt += 1
            }
        }
    }

    private func sayGoodBye(_ identity: WorkerIdentity) {
        guard let id = identity.registered else { return }
        do throws(QueueError) {
            try PostgresJobStore(settings("good-bye")).deregister(worker: id)
        } catch {
            logger.warning("could not say good-bye", metadata: ["error": "\(error)"])
        }
    }

    private func settings(
        _ purpose: String,
        statementTimeout: Duration = .seconds(30),
        answerTimeout: Duration? = nil
    ) -> PostgresConnectionSettings {
        PostgresConnectionSettings(
            url: configuration.databaseURL,
            applicationName: "contrast-worker \(configuration.name) \(purpose)",
            statementTimeout: statementTimeout,
            answerTimeout: answerTimeout
        )
    }
}
