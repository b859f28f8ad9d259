package import FoundationEssentials
import Postgres

extension PostgresJobStore {
    /// Renews the leases of a worker's jobs and learns what is wanted of it. Without jobs it still tells
    /// the queue that the worker lives.
    package func beat(
        worker: UUID,
        isIdle: Bool,
        reports: [BeatReport],
        leaseDuration: Duration
    ) throws(QueueError) -> BeatReply {
        let rows = try run(
            """
            SELECT * FROM contrast.beat(\(worker), \(isIdle), \(reports.map(\.lease.jobID)),
                \(reports.map(\.lease.token)), \(reports.map(\.step)), \(reports.map(\.stepCount)),
                \(reports.map { $0.note.map(PostgresText.withoutNUL) }), \(leaseDuration))
            """
        )
        do throws(PostgresError) {
            var desired = WorkerDirective.run
            var leases: [LeaseStatus] = []
            for row in rows {
                desired = try row.value("desired")
                guard let jobID: Int = try row.optional("job_id") else { continue }
                leases.append(
                    LeaseStatus(
                        lease: Lease(jobID: jobID, token: try row.value("token")),
                        isHeld: try row.value("held"),
                        isCancelRequested: try row.value("cancel"),
                        isYieldRequested: try row.value("yield"),
                        isStalled: try row.value("stalled")
                    )
                )
            }
            return BeatReply(desired: desired, leases: leases)
        } catch {
            throw QueueError(error)
        }
    }
}
