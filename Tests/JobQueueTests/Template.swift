import FoundationEssentials
import Postgres
import Synchronization

/// The database that every test's database is a copy of, made once in a run.
final class Template: Sendable {
    static let shared = Template()

    private let made = Mutex<Result<String, any Error>?>(nil)

    /// The template's name.
    func get() throws -> String {
        try made.withLock { made in
            let result = made ?? Result { try Self.make() }
            made = result
            return try result.get()
        }
    }

    private static func make() throws -> String {
        let name = "template_contrast"
        let server = try TestQueue.connection(database: "postgres", user: "postgres")
        try server.run(script: "DROP DATABASE IF EXISTS \(name)")
        try server.run(script: "CREATE DATABASE \(name)")
        let template = try TestQueue.connection(database: name, user: "postgres")
        for file in try MigrationFiles.up { try template.run(script: file) }
        try template.run(
            script: """
                UPDATE contrast.setting SET value = '0' WHERE key = 'restart_grace_s';
                CREATE ROLE alice LOGIN IN ROLE contrast_submit;
                CREATE ROLE bob LOGIN IN ROLE contrast_submit;
                CREATE ROLE reader LOGIN IN ROLE contrast_read;
                CREATE ROLE root LOGIN IN ROLE contrast_admin;
                CREATE ROLE worker LOGIN IN ROLE contrast_worker;
                CREATE ROLE stranger LOGIN;
                """
        )
        return name
    }
}
