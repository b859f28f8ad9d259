/// A five-character SQLSTATE, the server's stable name for a sort of error.
package struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(_ code: StaticString) {
        rawValue = "\(code)"
    }

    package var description: String { rawValue }

    /// The first two characters: the class of errors it belongs to.
    package var classCode: Substring { rawValue.prefix(2) }

    package static let serializationFailure = SQLState("40001")
    package static let deadlockDetected = SQLState("40P01")
    package static let lockNotAvailable = SQLState("55P03")
    package static let queryCanceled = SQLState("57014")
    package static let adminShutdown = SQLState("57P01")
    package static let crashShutdown = SQLState("57P02")
    package static let cannotConnectNow = SQLState("57P03")
    package static let tooManyConnections = SQLState("53300")
    package static let readOnlyTransaction = SQLState("25006")
    package static let uniqueViolation = SQLState("23505")
    package static let insufficientPrivilege = SQLState("42501")
    package static let undefinedTable = SQLState("42P01")
    package static let undefinedFunction = SQLState("42883")
    package static let invalidSchemaName = SQLState("3F000")

    /// Whether the same statement can succeed when it is simply sent again.
    package var invitesRetry: Bool {
        switch self {
        case .serializationFailure, .deadlockDetected, .lockNotAvailable, .queryCanceled: true
        default: false
        }
    }

    /// Whether the server is going away, coming back, full, broken or a standby, so that a later connection
    /// may succeed. Classes: 08 connection, 53 disk, memory or connections used up, 58 input and output.
    package var meansUnavailable: Bool {
        switch self {
        case .adminShutdown, .crashShutdown, .cannotConnectNow, .readOnlyTransaction: true
        default: ["08", "53", "58"].contains(classCode)
        }
    }
}
