import Foundation
import Postgres
import Testing

/// The server that `scripts/with-postgres` has started.
enum TestServer {
    /// Its URL; nil outside that script.
    static let url = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATABASE_URL"]

    static func settings() -> PostgresConnectionSettings {
        PostgresConnectionSettings(url: url ?? "", applicationName: "tests")
    }

    static func connection() throws -> PostgresConnection {
        try PostgresConnection(settings())
    }
}

extension Trait where Self == ConditionTrait {
    /// The test needs a PostgreSQL of its own.
    static var needsPostgres: Self {
        .enabled(if: TestServer.url != nil, "run it with scripts/with-postgres swift test")
    }
}
