internal import Digests
package import Foundation
package import Postgres

/// What holds of a queue at any moment, whatever has been done to it.
///
/// Each invariant is a query for the jobs where it is broken. They are asked in one statement, so that they see one
/// state of the queue, workers or not.
package struct QueueInvariants {
    /// An invariant: what is wrong where it is broken, and the jobs of which that is true.
    package struct Rule: Sendable {
        package let complaint: String
        let jobs: String

        init(_ complaint: String, _ jobs: String) {
            self.complaint = complaint
            self.jobs = jobs
        }
    }

    private let connection: PostgresConnection

    /// Looks at a queue as its superuser.
    package init(_ connection: PostgresConnection) { self.connection = connection }

    /// One sentence for each job and each invariant that does not hold of it.
    package func violations() throws -> [String] {
        let queries = Self.rules.map { rule in
            let text = rule.complaint.replacingOccurrences(of: "'", with: "''")
            return "SELECT DISTINCT v.id, '\(text)' AS what FROM (\(rule.jobs)) v(id)"
        }
        // Compiling so many expressions takes longer than all of them.
        try connection.run(script: "SET jit = off")
        let all = queries.joined(separator: "\nUNION ALL\n")
        let rows = try connection.run(
            PostgresQuery(
                stringLiteral:
                    "SELECT format('job %s %s', id, what) AS violation FROM (\(all)) w ORDER BY 1"
            )
        )
        return try rows.map { try $0.value("violation") }
    }

    /// One sentence for each row of an output or a good checkpoint whose file is not what it says.
    ///
    /// - Parameter folder: The output root of all workers.
    package func fileViolations(in folder: URL) throws -> [String] {
        let rows = try connection.run(
            "SELECT job_id, path, encode(sha256, 'hex') AS sha256, bytes FROM contrast.output ORDER BY 1, 2"
        )
        return try rows.compactMap { row in
            let path = try row.value("path", as: String.self)
            let file = folder.appending(path: path)
            let subject =
                "job \(try row.value("job_id", as: Int.self)) has the output \(path), whose file"
            guard FileManager.default.fileExists(atPath: file.path) else {
                return "\(subject) is missing"
            }
            guard try SHA256.digest(of: file).description == row.value("sha256", as: String.self)
            else {
                return "\(subject) has other content"
            }
            let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
            return try size == row.value("bytes", as: Int.self)
                ? nil : "\(subject) has another size"
        }
    }
}
