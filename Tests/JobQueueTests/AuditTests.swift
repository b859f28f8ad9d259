import JobQueue
import Postgres
import Testing

/// Who did what, in lines that stay as they are.
@Suite(.needsPostgres)
struct AuditTests {
    /// What was done, the oldest first, as a user sees it.
    private func deeds(_ queue: TestQueue, as user: String = "reader") throws -> [String] {
        try queue.store(as: user).auditTrail().reversed().map { line in
            "\(line.who) \(line.what)\(line.jobID.map { " \($0)" } ?? "")"
        }
    }

    @Test func whatPeopleDoIsRecorded() throws {
        try TestQueue.with { queue in
            let alice = queue.store(as: "alice")
            let root = queue.store(as: "root")
            let id = try queue.enqueue()
            _ = try alice.reprioritize(id, to: 7)
            _ = try alice.hold(id)
            _ = try root.release(id)
            _ = try root.cancel(id)
            _ = try alice.retry(id)
            try root.pause(kind: "train")
            try root.resume(kind: "train")
            try root.setSlots(kind: "train", to: 2)
            try root.setBudget(of: "alice", to: 3_600, per: .week)
            try root.setQuota(of: "alice", to: 3)
            try queue.connection(as: "root").run(
                "UPDATE contrast.setting SET value = '99' WHERE key = 'worker_gone_s'"
            )
            try root.direct(worker: queue.otherWorkerID, to: .drain)
            try root.setRetention(kind: "train", keeping: .seconds(9), removingFiles: false)
            try root.setRetention(kind: "train", keeping: nil, removingFiles: false)
            _ = try alice.addSchedule(
                "nightly",
                spec: "@daily",
                kind: "train",
                params: "{}",
                priority: 0
            )
            _ = try root.removeSchedule("nightly", of: "alice")
            #expect(
                try deeds(queue) == [
                    "alice enqueued \(id)", "alice reprioritized \(id)", "alice hold \(id)",
                    "root release \(id)", "root cancelled \(id)", "alice retried \(id)",
                    "root paused", "root resumed", "root slots_set", "root budget_set",
                    "root quota_set", "root setting_changed", "root worker_directed",
                    "root retention_set", "root retention_set", "alice schedule_added",
                    "root schedule_removed",
                ]
            )
            var filter = AuditFilter()
            filter.what = "setting_changed"
            #expect(
                try root.auditTrail(filter).map(\.detail)
                    == [#"{"to": 99, "key": "worker_gone_s", "from": 300}"#]
            )
            filter = AuditFilter()
            filter.jobID = id
            filter.who = "alice"
            filter.since = .seconds(3_600)
            filter.limit = 2
            #expect(try root.auditTrail(filter).map(\.what) == ["retried", "hold"])
            #expect(try root.auditTrail(filter).map(\.application) == ["tests", "tests"])
            try queue.force("UPDATE contrast.setting SET value = '300' WHERE key = 'worker_gone_s'")
        }
    }

    @Test func whatBecomesOfJobsByItselfIsNotADeed() throws {
        try TestQueue.with { queue in
            let parent = try queue.enqueue()
            let child = try queue.enqueue { $0.after = [parent] }
            let first = try queue.claimOne()
            try queue.loseWorkers()
            try queue.endPause(of: parent)
            let second = try queue.claimOne()
            #expect(first.lease != second.lease)
            _ = try queue.store(as: "alice").cancel(parent)
            _ = try queue.settle(second.lease, .cancelled)
            #expect(try queue.job(child, "state") == "cancelled")
            #expect(
                try deeds(queue) == [
                    "alice enqueued \(parent)", "alice enqueued \(child)",
                    "alice cancel_requested \(parent)",
                ]
            )
        }
    }

    @Test func oneSeesOnesOwnDeedsAndWhatWasDoneToOnesJobs() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            _ = try queue.store(as: "root").cancel(id)
            try queue.store(as: "root").pause(kind: nil)
            #expect(
                try deeds(queue, as: "alice") == ["alice enqueued \(id)", "root cancelled \(id)"]
            )
            #expect(try deeds(queue, as: "bob") == [])
            #expect(try deeds(queue, as: "root").count == 3)
            #expect(throws: QueueError.self) { try queue.store(as: "stranger").auditTrail() }
        }
    }

    @Test func nobodyChangesALine() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            var changes: [PostgresQuery] = [
                "DELETE FROM contrast.audit", "UPDATE contrast.audit SET who = 'bob'",
                "TRUNCATE contrast.audit",
            ]
            let partitions = try queue.connection(as: "postgres").run(
                """
                SELECT 'TRUNCATE ' || i.inhrelid::regclass AS change FROM pg_inherits i
                 WHERE i.inhparent = 'contrast.audit'::regclass
                """
            )
            #expect(partitions.count > 2)
            for row in partitions {
                changes.append(PostgresQuery(stringLiteral: try row.value("change")))
            }
            for change in changes {
                // The superuser, too.
                for user in ["alice", "root", "worker", "postgres"] {
                    #expect(try queue.refusal(user, change) == .insufficientPrivilege)
                }
            }
            // The line outlives its job.
            _ = try queue.store(as: "alice").cancel(id)
            try queue.force("UPDATE contrast.job SET finished_at = finished_at - interval '2 days'")
            #expect(try queue.store(as: "root").prune(olderThan: .seconds(86_400)) == [id])
            #expect(
                try deeds(queue) == [
                    "alice enqueued \(id)", "alice cancelled \(id)", "root pruned",
                ]
            )
            #expect(try deeds(queue, as: "alice").count == 2)
        }
    }
}
