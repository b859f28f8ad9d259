import Postgres

extension PostgresJobStore {
    /// Puts a job in the queue and returns its number.
    ///
    /// Without an idempotency key an order whose answer is lost is not sent again, and the call throws
    /// `QueueError.unreachable`: the job may be there or not.
    package func enqueue(_ order: JobOrder) throws(QueueError) -> Int {
        try readOne(
            """
            SELECT contrast.enqueue(\(order.kind), \(order.params), \(order.priority), \(order.runAt),
                \(order.after), \(order.ifFailed.rawValue), \(order.idempotencyKey),
                \(order.concurrencyKey), \(order.neededTags), \(order.neededMemory),
                \(order.neededAcceleratorMemory), \(order.maxFailures), \(order.maxCrashes),
                \(order.stallAfter), \(order.maxRuntime)) AS id
            """,
            resending: order.idempotencyKey != nil
        ) { (row) throws(PostgresError) in try row.value("id") }
    }
}
