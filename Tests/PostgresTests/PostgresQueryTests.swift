import Postgres
import Testing

/// How queries are put together.
struct PostgresQueryTests {
    @Test func valuesBecomeParameters() {
        let name = "'; DROP TABLE job; --"
        let none: Int? = nil
        let query: PostgresQuery = "SELECT \(name), \(7), \(none), \(["a", "b"])"
        #expect(query.sql == "SELECT $1, $2, $3, $4")
        #expect(query.parameters == [name, "7", nil, #"{"a","b"}"#])
    }

    @Test func splicedQueriesAreNumberedThrough() {
        let state = PostgresQuery("state = \("ready")")
        let kinds = [PostgresQuery("kind = \("train")"), PostgresQuery("owner = \("alice")")]
        let query: PostgresQuery =
            "SELECT \(1) WHERE \(state) AND (\(PostgresQuery.joined(kinds, by: " OR ")))"
        #expect(query.sql == "SELECT $1 WHERE state = $2 AND (kind = $3 OR owner = $4)")
        #expect(query.parameters == ["1", "ready", "train", "alice"])
    }
}
