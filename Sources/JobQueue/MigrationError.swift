package import Postgres

/// Why the schema could not be migrated.
package enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file or folder that cannot be read, or has no migrations.
    case unreadable(String)
    /// A step without its up or down file, or with a number out of order.
    case incomplete(String)
    /// A step that was applied has another content than the file.
    case drifted(version: Int, name: String)
    /// The database has a step that the folder does not have.
    case unknown(version: Int, name: String)
    /// Another migration is running.
    case busy
    /// The database refused a step; it was rolled back.
    case failed(version: Int, name: String, PostgresError)
    case database(PostgresError)

    package var description: String {
        switch self {
        case .unreadable(let path):
            "no migrations can be read at \(path); give the folder that holds 0001_tables.up.sql"
        case .incomplete(let stem):
            "migration \(stem) is incomplete or out of order; numbers rise by one, and each has an up and "
                + "a down file"
        case .drifted(let version, let name):
            "migration \(version) (\(name)) was changed after it was applied; restore the file, and put the "
                + "change into a new migration"
        case .unknown(let version, let name):
            "the database has migration \(version) (\(name)), which this program does not know; update the "
                + "program"
        case .busy:
            "another migration is running on this database; try again when it is done"
        case .failed(let version, let name, let error):
            "migration \(version) (\(name)) was refused and rolled back: \(error)"
        case .database(let error): error.description
        }
    }
}
