/// What went wrong between this program and PostgreSQL.
///
/// No case carries a password or the value of a parameter, so a description may go to a log.
package enum PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The connection string could not be read.
    case unreadableURL
    /// No connection, or it was lost: what libpq says, in one line.
    case unreachable(String)
    /// The server refused a statement.
    case server(ServerError)
    /// A value could not be sent: PostgreSQL's text has no NUL character.
    case nulCharacter(parameter: Int)
    /// A column holds something that its reader did not expect.
    case column(String, expected: String, foundNull: Bool)

    /// What the server said about a statement it refused.
    package struct ServerError: Sendable, Equatable {
        /// The sort of error.
        package let state: SQLState
        /// The primary message; hidden where it would repeat a value that was sent.
        package let message: String
        /// The violated constraint, if there is one.
        package let constraint: String?

        init(state: SQLState, primaryMessage: String, constraint: String?) {
            self.state = state
            // Class 22, data exceptions: the message quotes the value.
            message =
                state.classCode == "22"
                ? "a value does not have the form or range of its type" : primaryMessage
            self.constraint = constraint
        }
    }

    package var description: String {
        switch self {
        case .unreadableURL:
            "the database URL cannot be read; write postgresql://user@host/database"
        case .unreachable(let reason):
            "PostgreSQL cannot be reached: \(reason)"
        case .server(let error):
            "\(error.message) (SQLSTATE \(error.state))"
        case .nulCharacter(let parameter):
            "parameter $\(parameter) contains a NUL character, which PostgreSQL's text cannot hold; remove it"
        case .column(let name, let expected, let foundNull):
            "column \(name) should hold \(expected) but holds \(foundNull ? "nothing" : "something else"); "
                + "check that the program and the schema have the same version"
        }
    }

    /// The server's name for the error, if it came from the server.
    package var state: SQLState? {
        if case .server(let error) = self { error.state } else { nil }
    }

    /// Whether the connection is gone, or the server is not there for now.
    package var isConnectionLoss: Bool {
        switch self {
        case .unreachable: true
        case .server(let error): error.state.meansUnavailable
        case .unreadableURL, .nulCharacter, .column: false
        }
    }
}
