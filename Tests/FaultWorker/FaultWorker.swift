import Foundation
import JobWorker
import Logging
import Operations

/// A worker with handlers that do nothing but what a fault test needs; everything else is the real one.
///
///     FaultWorker --config worker.conf [--drain]
@main
enum FaultWorker {
    static func main() throws {
        let arguments = CommandLine.arguments
        do throws(ConfigurationError) {
            let configuration = try WorkerConfiguration(
                file: try ConfigurationFile(reading: URL(filePath: arguments[2])),
                environment: [:]
            )
            let handler = StandardErrorLogHandler(
                form: configuration.logForm,
                level: configuration.logLevel,
                redact: Redaction(configuration)
            )
            LoggingSystem.bootstrap { _ in handler }
            let drains = arguments.contains("--drain")
            let logger = Logger(label: "fault-worker")
            let metrics = PrometheusMetrics(
                help: WorkerMetric.helpByName,
                buckets: WorkerMetric.bucketsByName
            )
            let worker = Worker(
                configuration,
                handlers: HandlerTable([CountingHandler()]),
                version: "test",
                metrics: metrics,
                logger: logger
            ) { vitals in
                guard let address = configuration.operationsAddress else { return }
                let server = OperationsServer(
                    host: address.host,
                    port: address.port,
                    token: configuration.operationsToken,
                    answers: OperationsAnswers(
                        problems: { vitals.problems },
                        obstacles: { vitals.obstacles },
                        status: { vitals.status },
                        metrics: {
                            vitals.sample()
                            return metrics.text
                        }
                    ),
                    logger: logger
                )
                let port = try server.start()
                logger.info("endpoints", metadata: ["port": "\(port)"])
            }
            let end = worker.run(drains: drains)
            switch end {
            case .failed(let text), .unreachable(let text): complain(text)
            default: break
            }
            exit(end.exitCode(drains: drains))
        } catch {
            complain("\(error)")
            exit(78)
        }
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
