package import Postgres

/// Why a call to the queue did not succeed.
package enum QueueError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The job is not held under this token any more: publish nothing.
    case staleLease(String)
    /// The worker is not registered, or was declared gone: register again under a new id.
    case unknownWorker(String)
    /// There is no such job, or it belongs to somebody else.
    case notFound(String)
    /// The request makes no sense, or cannot be met.
    case badRequest(String)
    /// The idempotency key is taken by a job with another payload.
    case keyConflict(String)
    /// The session's role may not do this.
    case notPermitted(String)
    /// The schema is not there, or is of another version.
    case notMigrated(String)
    /// The database cannot be reached for now.
    case unreachable(String)
    /// Anything else that the database refused.
    case database(PostgresError)

    package init(_ error: PostgresError) {
        if error.isConnectionLoss {
            self = .unreachable(error.description)
            return
        }
        guard case .server(let server) = error else {
            self = .database(error)
            return
        }
        switch server.state {
        case SQLState("JQ001"): self = .staleLease(server.message)
        case SQLState("JQ002"): self = .unknownWorker(server.message)
        case SQLState("JQ003"): self = .notFound(server.message)
        case SQLState("JQ004"): self = .badRequest(server.message)
        case SQLState("JQ005"): self = .keyConflict(server.message)
        case .insufficientPrivilege:
            self = .notPermitted(
                "\(server.message); grant the role contrast_submit, contrast_worker or contrast_admin"
            )
        case .undefinedTable, .undefinedFunction, .invalidSchemaName:
            self = .notMigrated("\(server.message); run contrastctl migrate")
        default: self = .database(error)
        }
    }

    package var description: String {
        switch self {
        case .staleLease(let text), .unknownWorker(let text), .notFound(let text),
            .badRequest(let text),
            .keyConflict(let text), .notPermitted(let text), .notMigrated(let text),
            .unreachable(let text):
            text
        case .database(let error): error.description
        }
    }
}
