import Foundation
import Postgres
import Synchronization

/// Migrated databases that tests use one after another: making one takes longer than most tests.
final class DatabasePool: Sendable {
    static let shared = DatabasePool()

    private struct State {
        /// The database that all others are copies of.
        var template: Result<String, any Error>?
        var free: [String] = []
    }

    private let state = Mutex(State())

    /// The name of an empty queue that nobody else uses.
    func take() throws -> String {
        if let free = state.withLock({ $0.free.popLast() }) { return free }
        let template = try makeTemplate()
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try server().run(script: "CREATE DATABASE \(name) TEMPLATE \(template)")
        return name
    }

    /// Takes a database back, emptied.
    func giveBack(_ name: String) throws {
        try TestQueue.connection(database: name, user: "postgres").run(
            script: """
                TRUNCATE contrast.job, contrast.worker, contrast.pause, contrast.event, contrast.slot, contrast.usage,
                    contrast.budget, contrast.quota, contrast.spent,
                    contrast.log, contrast.metric, contrast.schedule, contrast.blob, contrast.blob_free
                    RESTART IDENTITY CASCADE;
                UPDATE contrast.setting SET value = '0' WHERE key = 'restart_grace_s';
                -- Lines that not even the superuser changes by mistake.
                SET session_replication_role = replica;
                TRUNCATE contrast.audit RESTART IDENTITY
                """
        )
        state.withLock { $0.free.append(name) }
    }

    /// The template's name; makes it, and the server's roles, once in a run.
    @discardableResult
    func makeTemplate() throws -> String {
        try state.withLock { state in
            let template = state.template ?? Result { try migrate() }
            state.template = template
            return try template.get()
        }
    }

    private func server() throws -> PostgresConnection {
        try TestQueue.connection(database: "postgres", user: "postgres")
    }

    private func migrate() throws -> String {
        let name = "template_contrast"
        try server().run(script: "CREATE DATABASE \(name)")
        let template = try TestQueue.connection(database: name, user: "postgres")
        for file in try MigrationFiles.up { try template.run(script: file) }
        // `scripts/mutate-fences` shows that the tests notice what is missing.
        if let mutation = ProcessInfo.processInfo.environment["CONTRAST_TEST_MUTATION"] {
            try template.run(script: String(contentsOfFile: mutation, encoding: .utf8))
        }
        try template.run(
            script: """
                UPDATE contrast.setting SET value = '0' WHERE key = 'restart_grace_s';
                CREATE ROLE alice LOGIN IN ROLE contrast_submit;
                CREATE ROLE bob LOGIN IN ROLE contrast_submit;
                CREATE ROLE reader LOGIN IN ROLE contrast_read;
                CREATE ROLE root LOGIN IN ROLE contrast_admin;
                CREATE ROLE worker LOGIN IN ROLE contrast_worker;
                CREATE ROLE stranger LOGIN;
                TRUNCATE contrast.event;
                SET session_replication_role = replica;
                TRUNCATE contrast.audit RESTART IDENTITY
                """
        )
        return name
    }
}
