package import Postgres

extension PostgresJobStore {
    /// Listens for work and control notices: what a worker needs.
    package func listenForWork() throws(QueueError) {
        try listen(to: ["contrast", "contrast_ctl"])
    }

    /// Listens for jobs that reach a final state: what somebody who waits for a job needs.
    package func listenForEnds() throws(QueueError) {
        try listen(to: ["contrast_events"])
    }

    /// Waits until a notice arrives, `wake` is signalled or the time is over.
    package func waitForNotices(
        timeout: Duration,
        wake: WakeSignal
    ) throws(QueueError) -> [QueueNotice] {
        let connection = try connected()
        do throws(PostgresError) {
            return try connection.waitForNotifications(timeout: timeout, wake: wake)
                .compactMap(QueueNotice.init)
        } catch {
            throw forget(error)
        }
    }
}
