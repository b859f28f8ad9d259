internal import ArgumentParser
internal import Foundation
internal import JobWorker
internal import Logging
internal import Operations

/// Works until nothing is left or somebody asks it to stop.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Take jobs and run them until asked to stop.",
        discussion: """
            SIGTERM: no more claims; the job in hand saves a checkpoint and is given back. A third SIGTERM, or the \
            end of the grace period, leaves the job to its lease: another worker goes on from its checkpoint.

            Exit codes: 0 done, 69 the database cannot be reached or the address of the endpoints is taken, 75 stopped \
            before the queue was empty (--drain) or before the job could be given back, 78 a setting or the \
            database's schema is wrong, 79 a fresh process should go on (CONTRAST_MAX_JOBS, CONTRAST_MAX_RSS).
            """
    )

    @Option(
        name: .long,
        help: "File with settings (KEY=VALUE lines); the environment wins over it."
    )
    var config: String?

    @Flag(name: .long, help: "Exit with 0 as soon as nothing is left to run.")
    var drain = false

    func run() throws {
        if let problem = BuiltForCPU.problem { throw Exit.failure(problem, code: 78) }
        let settings: WorkerConfiguration
        do throws(ConfigurationError) {
            let file = try config.map { path throws(ConfigurationError) in
                try ConfigurationFile(reading: URL(filePath: path))
            }
            // Other programs' variables (PGPASSFILE, …) count as if systemd had read the file.
            for (key, setting) in file?.settings ?? [:] where !key.hasPrefix("CONTRAST_") {
                unsafe setenv(key, setting.value, 0)
            }
            settings = try WorkerConfiguration(
                file: file,
                environment: ProcessInfo.processInfo.environment
            )
        } catch {
            throw Exit.failure("\(error)", code: 78)
        }
        // The kernels' threads are counted when the first of them is needed, from the environment.
        if settings.threads > 0 {
            unsafe setenv(WorkerSetting.threads.rawValue, "\(settings.threads)", 1)
        } else {
            unsafe unsetenv(WorkerSetting.threads.rawValue)
        }
        let handler = StandardErrorLogHandler(
            form: settings.logForm,
            level: settings.logLevel,
            redact: Redaction(settings)
        )
        LoggingSystem.bootstrap { _ in handler }
        let logger = Logger(label: "contrast-worker")
        let metrics = PrometheusMetrics(
            help: WorkerMetric.helpByName,
            buckets: WorkerMetric.bucketsByName
        )
        let worker = Worker(
            settings,
            handlers: HandlerTable(JobHandlers.all),
            version: Version.text,
            metrics: metrics,
            logger: logger
        ) { vitals in
            guard let address = settings.operationsAddress else { return }
            let server = OperationsServer(
                host: address.host,
                port: address.port,
                token: settings.operationsToken,
                answers: OperationsAnswers(vitals, metrics),
                logger: logger
            )
            let port = try server.start()
            logger.info("endpoints", metadata: ["port": "\(port)"])
        }
        let end = worker.run(drains: drain)
        switch end {
        case .unreachable(let text), .failed(let text):
            throw Exit.failure(text, code: end.exitCode(drains: drain))
        default:
            throw ExitCode(end.exitCode(drains: drain))
        }
    }
}
