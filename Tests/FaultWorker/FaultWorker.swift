import Foundation
import JobWorker
import Logging

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
                redact: Redaction(databaseURL: configuration.databaseURL)
            )
            LoggingSystem.bootstrap { _ in handler }
            let drains = arguments.contains("--drain")
            let worker = Worker(
                configuration,
                handlers: HandlerTable([CountingHandler()]),
                version: "test",
                logger: Logger(label: "fault-worker")
            )
            exit(worker.run(drains: drains).exitCode(drains: drains))
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(78)
        }
    }
}
