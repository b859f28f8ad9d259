package import FoundationEssentials
import Postgres

extension PostgresJobStore {
    /// Enqueues a job whenever a cron line says so; returns the first time. The same name replaces the schedule.
    package func addSchedule(
        _ name: String,
        spec: String,
        kind: String,
        params: String,
        priority: Int
    ) throws(QueueError) -> Date {
        try readOne(
            "SELECT contrast.add_schedule(\(name), \(spec), \(kind), \(params), \(priority)) AS next"
        ) { (row) throws(PostgresError) in try row.value("next") }
    }

    /// Takes a schedule away; whether there was one. Nil is the session's own.
    package func removeSchedule(_ name: String, of owner: String? = nil) throws(QueueError) -> Bool
    {
        try readOne(
            "SELECT contrast.remove_schedule(\(name), coalesce(\(owner)::name, session_user)) AS removed"
        ) { (row) throws(PostgresError) in try row.value("removed") }
    }

    /// The schedules that the session may see, by owner and name.
    package func schedules() throws(QueueError) -> [ScheduleRow] {
        try read("SELECT * FROM contrast.schedule ORDER BY owner, name", ScheduleRow.init)
    }
}
