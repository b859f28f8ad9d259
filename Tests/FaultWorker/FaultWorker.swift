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
            let end = worker.run(drains: drains)
            if case .failed(let text) = end { complain(text) }
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
