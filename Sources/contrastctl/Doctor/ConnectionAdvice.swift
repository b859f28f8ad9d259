internal import Foundation
internal import JobQueue
internal import Postgres

/// What to do where the database refuses to talk: libpq's words, and the step that mends it.
struct ConnectionAdvice {
    /// A part of libpq's message, and what to do then; the first one that fits.
    private static let steps = [
        (
            "pg_hba.conf",
            "let this user and address in: a line in the server's pg_hba.conf, then pg_reload_conf()"
        ),
        (
            "Peer authentication",
            "log in as that user of the system, or let it in with a line in pg_hba.conf"
        ),
        ("password", "put it into ~/.pgpass (host:port:database:user:password, mode 600)"),
        ("role \"", "as an administrator: CREATE ROLE … LOGIN IN ROLE contrast_submit"),
        ("database \"", "make it: createdb …, then contrastctl migrate"),
        ("too many clients", "raise max_connections: each worker has three connections"),
        ("connection slots", "raise max_connections: each worker has three connections"),
        ("translate host name", "correct the host in the URL"),
        ("starting up", "wait a moment"),
        ("shutting down", "wait until it is started again"),
        ("certificate", "check sslmode and sslrootcert in the URL"),
        ("Connection refused", "start PostgreSQL, or correct host and port in the URL"),
        ("No such file", "start PostgreSQL, or correct the socket's folder (host=) in the URL"),
    ]

    private let settings: PostgresConnectionSettings

    init(_ settings: PostgresConnectionSettings) { self.settings = settings }

    /// What was said, and what to do.
    func remedy(for error: QueueError) -> String {
        let text = error.description
        switch error {
        case .unreachable:
            let known = Self.steps.first { text.contains($0.0) }?.1
            let step = known ?? "is it started, and does a firewall let you through?"
            return settings.url.isEmpty
                ? "\(text); set CONTRAST_DATABASE_URL=postgresql://user@host/database, or \(step)"
                : "\(text); \(step)"
        case .notPermitted:
            // The library's advice names every role; who only looks needs the least of them.
            return
                "\(text.prefix { $0 != ";" }); as an administrator: GRANT contrast_read TO this login, or "
                + "log in as one that has contrast_submit or contrast_admin"
        case .database(.unreadableURL):
            return "\(text), in CONTRAST_DATABASE_URL or --database"
        case .database:
            return "\(text); if the schema was changed by hand, contrastctl migrate --status tells"
        default:
            return text
        }
    }
}
