package import FoundationEssentials
import Postgres

extension PostgresJobStore {
    /// Cancels a job and what depends on it: `cancelling`, `cancelled`, or the state it had ended in.
    package func cancel(_ id: Int, why: String? = nil) throws(QueueError) -> String {
        try answer("SELECT contrast.cancel(\(id), \(why)) AS answer")
    }

    /// Queues a failed or cancelled job again: `queued`, or `unchanged: ` and its state.
    package func retry(_ id: Int) throws(QueueError) -> String {
        try answer("SELECT contrast.retry(\(id)) AS answer")
    }

    /// Keeps a job from running: `held`, `holding` while it still runs, or the state it had ended in.
    package func hold(_ id: Int) throws(QueueError) -> String {
        try answer("SELECT contrast.hold(\(id)) AS answer")
    }

    /// Lets a held job run: `released`, or the state it had ended in.
    package func release(_ id: Int) throws(QueueError) -> String {
        try answer("SELECT contrast.release(\(id)) AS answer")
    }

    /// Changes the priority of a job that has not ended; returns its state.
    package func reprioritize(_ id: Int, to priority: Int) throws(QueueError) -> String {
        try answer("SELECT contrast.reprioritize(\(id), \(priority)) AS answer")
    }

    /// Stops the claiming of a kind; nil of every kind.
    package func pause(kind: String?, why: String? = nil) throws(QueueError) {
        _ = try run("SELECT contrast.pause(\(kind ?? "*"), \(why))")
    }

    /// Ends the pause of a kind; nil every pause.
    package func resume(kind: String?) throws(QueueError) {
        _ = try run("SELECT contrast.resume(\(kind ?? "*"))")
    }

    /// Tells a worker to run, to drain or to stop.
    package func direct(worker: UUID, to directive: WorkerDirective) throws(QueueError) {
        _ = try run("SELECT contrast.direct_worker(\(worker), \(directive.rawValue))")
    }

    /// Queues a job again from its newest checkpoint at or before a step, from the beginning for 0.
    package func requeue(_ id: Int, from step: Int) throws(QueueError) -> String {
        try answer("SELECT contrast.requeue_from(\(id), \(step)) AS answer")
    }

    /// Forgets up to `limit` jobs that ended longer ago and returns their numbers; the files of their outputs
    /// stay, or the workers remove them. To be repeated until it returns none.
    package func prune(
        olderThan age: Duration,
        limit: Int = 1_000,
        removingFiles: Bool = false
    ) throws(QueueError) -> [Int] {
        try read("SELECT id FROM contrast.prune(\(age), \(limit), \(removingFiles)) AS id") {
            (row) throws(PostgresError) in try row.value("id")
        }
    }

    private func answer(_ query: PostgresQuery) throws(QueueError) -> String {
        try readOne(query) { (row) throws(PostgresError) in try row.value("answer") }
    }
}
