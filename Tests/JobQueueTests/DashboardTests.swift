import Foundation
import JobQueue
import Postgres
import Testing

/// The statements of the Grafana dashboard, as its data source would send them.
@Suite(.needsPostgres)
struct DashboardTests {
    private struct Dashboard: Decodable {
        struct Panel: Decodable {
            struct Target: Decodable {
                let rawSql: String
                let format: String
            }

            let title: String
            let targets: [Target]
        }

        struct Variables: Decodable {
            struct Variable: Decodable {
                let name: String
                let type: String
                let query: String
            }

            let list: [Variable]
        }

        let panels: [Panel]
        let templating: Variables
    }

    private static let file = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "scripts/grafana/contrast.json")

    /// What Grafana's PostgreSQL data source makes of a statement.
    private static func expanded(_ sql: String, job: Int) throws -> String {
        let text = sql.replacing(/\$__timeFilter\(([^()]*)\)/) { match in
            "\(match.1) BETWEEN '2020-01-01T00:00:00Z' AND '2120-01-01T00:00:00Z'"
        }
        .replacing("$__interval", with: "1m")
        .replacing("$job", with: "\(job)")
        try #require(!text.contains("$"), "a macro that this test does not know: \(text)")
        return text
    }

    @Test func everyStatementOfTheDashboardRunsAsReader() throws {
        let dashboard = try JSONDecoder().decode(Dashboard.self, from: Data(contentsOf: Self.file))
        try TestQueue.with { queue in
            let job = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            let store = queue.store(as: "worker")
            _ = try queue.beat(lease, step: 3)
            try store.append(
                [MetricPoint(name: "loss/total", step: 1, value: 0.5)],
                batch: 1,
                of: lease
            )
            try store.append([LogLine(sequence: 0, level: "info", text: "begins")], of: lease)
            _ = try queue.settle(lease, .succeeded([.sample()]))
            _ = try queue.enqueue("bob", "generate")
            let failing = try queue.claimOne("generate").lease
            _ = try queue.fail(failing, .permanent)
            _ = try queue.enqueue("alice", "train")
            _ = try queue.claimOne("train")
            _ = try queue.enqueue("bob", "generate") { $0.neededTags = ["none"] }
            try queue.force(
                "SELECT contrast.add_schedule('nightly', '@daily', 'train', '{\"data\": \"x\"}')"
            )
            let session = try queue.connection(as: "reader")
            #expect(dashboard.panels.count >= 15)
            for panel in dashboard.panels {
                for target in panel.targets {
                    let sql = try Self.expanded(target.rawSql, job: job)
                    let rows = try session.run(PostgresQuery(stringLiteral: sql))
                    #expect(!rows.isEmpty, "\(panel.title): this queue has something to show")
                    if target.format == "time_series", let row = rows.first {
                        _ = try row.value("time", as: Date.self)
                    }
                }
            }
            for variable in dashboard.templating.list where variable.type == "query" {
                let sql = try Self.expanded(variable.query, job: job)
                #expect(!(try session.run(PostgresQuery(stringLiteral: sql)).isEmpty))
            }
        }
    }
}
