internal import JobQueue

/// Everything the queue knows about one job that a review page shows.
struct ReviewedJob {
    let summary: JobSummary
    let attempts: [AttemptSummary]
    let outputs: [OutputRow]
    let metrics: [MetricPoint]
    /// The last lines, oldest first.
    let log: [LogEntry]
}
