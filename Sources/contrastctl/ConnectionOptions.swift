internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import Postgres

/// How a command reaches the queue, and how it prints.
struct ConnectionOptions: ParsableArguments {
    @Option(name: .long, help: "Database, as a libpq URL. Default: CONTRAST_DATABASE_URL.")
    var database: String?

    /// What libpq connects to.
    var settings: PostgresConnectionSettings {
        let environment = ProcessInfo.processInfo.environment
        return PostgresConnectionSettings(
            url: database ?? environment["CONTRAST_DATABASE_URL"] ?? "",
            applicationName: "contrastctl"
        )
    }

    /// Runs `body` with the queue; an error becomes a sentence and an exit code.
    func withQueue<Result>(_ body: (PostgresJobStore) throws -> Result) throws -> Result {
        try Failure.explaining { try body(PostgresJobStore(settings)) }
    }
}
