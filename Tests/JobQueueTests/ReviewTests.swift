import JobQueue
import Postgres
import Testing

/// What people see: views, logs, curves, notices.
@Suite(.needsPostgres)
struct ReviewTests {
    @Test func aRunningJobShowsItsProgress() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            _ = try queue.store(as: "worker").beat(
                worker: queue.workerID,
                isIdle: false,
                reports: [BeatReport(lease: lease, step: 25, stepCount: 200, note: "sam\0pling")],
                leaseDuration: TestQueue.leaseDuration
            )
            let job = try #require(try queue.store(as: "alice").job(id))
            #expect(job.percent == 12.5 && job.step == 25 && job.stepCount == 200)
            #expect(job.worker == "first" && job.host == "host" && job.note == "sam\u{FFFD}pling")
            #expect(try #require(job.secondsSinceBeat) < 60)
            _ = try queue.settle(lease, .succeeded([]))
            #expect(try queue.store(as: "alice").job(id)?.percent == 100)
            let worker = try #require(try queue.store(as: "alice").workers().first)
            #expect(worker.name == "first" && worker.jobs == [])
        }
    }

    @Test func warningsAreShownOnceEach() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            let store = queue.store(as: "worker")
            for text in ["the prompt was cut", "the prompt was cut", "alpha was dropped"] {
                try store.warn(text, of: lease)
            }
            try store.warn("of nobody", of: Lease(jobID: id, token: lease.token + 1))
            #expect(
                try queue.store(as: "alice").job(id)?.warnings == [
                    "the prompt was cut", "alpha was dropped",
                ]
            )
        }
    }

    @Test func logsAreStoredOnceAndPaged() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            let store = queue.store(as: "worker")
            let lines = (0..<5).map { LogLine(sequence: $0, level: "info", text: "line\0 \($0)") }
            try store.append(lines, of: lease)
            try store.append(lines, of: lease)
            try store.append(
                [LogLine(sequence: 9, level: "info", text: "of nobody")],
                of: Lease(jobID: id, token: lease.token + 1)
            )
            let alice = queue.store(as: "alice")
            #expect(try alice.log(of: id).map(\.text) == (0..<5).map { "line\u{FFFD} \($0)" })
            let rest = try alice.log(of: id, after: LogEntry.Position(attempt: 1, sequence: 2))
            #expect(rest.map(\.position.sequence) == [3, 4])
            #expect(try alice.logTail(of: id, limit: 2).map(\.position.sequence) == [3, 4])
        }
    }

    @Test func theNewestAttemptsPointsCountAfterAResume() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let store = queue.store(as: "worker")
            func points(_ steps: Range<Int>, _ value: Double) -> [MetricPoint] {
                steps.map { MetricPoint(name: "loss/total", step: $0, value: value) }
            }
            let first = try queue.claimOne("train").lease
            try store.append(points(0..<6, 1), batch: 0, of: first)
            try store.append(points(0..<6, 1), batch: 0, of: first)
            _ = try queue.settle(first, .yielded)
            let second = try queue.claimOne("train").lease
            try store.append(
                points(3..<5, 2) + [MetricPoint(name: "lr", step: 3, value: 3e-5)],
                batch: 0,
                of: second
            )
            let curve = try queue.store(as: "alice").metrics(of: id, name: "loss/total")
            #expect(curve.map(\.value) == [1, 1, 1, 2, 2, 1])
            #expect(try queue.store(as: "alice").metrics(of: id, name: "lr").map(\.value) == [3e-5])
        }
    }

    @Test func longBatchesOfPointsBecomeSeveralRows() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue("alice", "train")
            let lease = try queue.claimOne("train").lease
            let points = (0..<10_000).map {
                MetricPoint(name: "loss", step: $0, value: $0 == 7 ? .nan : Double($0))
            }
            try queue.store(as: "worker").append(points, batch: 0, of: lease)
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.metric") == "3")
            let curve = try queue.store(as: "alice").metrics(of: id)
            #expect(curve.count == 10_000 && curve[7].value.isNaN && curve[9_999].value == 9_999)
        }
    }

    @Test func listsAreFilteredAndPaged() throws {
        try TestQueue.with { queue in
            let ids = try (0..<5).map { _ in try queue.enqueue() }
            let train = try queue.enqueue("alice", "train")
            let store = queue.store(as: "reader")
            #expect(try store.jobs().map(\.id) == ([train] + ids.reversed()))
            var filter = JobFilter()
            filter.kinds = ["generate"]
            filter.states = [.ready]
            filter.owner = "alice"
            filter.before = ids[3]
            filter.limit = 2
            #expect(try store.jobs(filter).map(\.id) == [ids[2], ids[1]])
            let depth = try store.depths().first { $0.kind == "generate" }
            #expect(depth?.ready == 5 && depth?.isPaused == false)
        }
    }

    @Test func noticesWakeWorkersAndThoseWhoWait() throws {
        try TestQueue.with { queue in
            let worker = queue.store(as: "worker")
            let waiting = queue.store(as: "alice")
            try worker.listenForWork()
            try waiting.listenForEnds()
            let wake = WakeSignal()
            let id = try queue.enqueue()
            #expect(
                try worker.waitForNotices(timeout: .seconds(20), wake: wake) == [
                    .work(kind: "generate")
                ]
            )
            let lease = try queue.claimOne().lease
            _ = try queue.store(as: "alice").cancel(id)
            #expect(try worker.waitForNotices(timeout: .seconds(20), wake: wake) == [.control])
            _ = try queue.settle(lease, .cancelled)
            #expect(try waiting.waitForNotices(timeout: .seconds(20), wake: wake) == [.ended])
            wake.signal()
            #expect(try worker.waitForNotices(timeout: .seconds(20), wake: wake) == [])
        }
    }

    @Test func theClaimUsesItsIndex() throws {
        try TestQueue.with { queue in
            _ = try queue.one(
                "alice",
                "SELECT count(contrast.enqueue('generate')) FROM generate_series(1, 2000)"
            )
            try queue.force("ANALYZE contrast.job")
            let plan = try queue.connection(as: "postgres").run(
                """
                EXPLAIN SELECT j.id FROM contrast.job j
                 WHERE j.state = 'ready' AND j.parked_at IS NULL AND j.kind = 'generate' AND j.need_tags <@ '{cpu}'
                   AND j.need_ram_mb <= 8000 AND j.need_vram_mb <= 0
                   AND (j.conc_key IS NULL OR NOT EXISTS (
                        SELECT FROM contrast.job r
                         WHERE r.owner = j.owner AND r.conc_key = j.conc_key AND r.state = 'running'))
                 ORDER BY j.rank DESC, j.fair, j.id LIMIT 1 FOR NO KEY UPDATE OF j SKIP LOCKED
                """
            ).map { try $0.value("QUERY PLAN", as: String.self) }.joined(separator: "\n")
            #expect(plan.contains("Index Scan using job_ready"), "\(plan)")
            #expect(!plan.contains("Sort"), "\(plan)")
        }
    }

    @Test func aClaimReadsOnlyTheHeadOfALongQueue() throws {
        try TestQueue.with { queue in
            _ = try queue.one(
                "alice",
                "SELECT count(contrast.enqueue('generate')) FROM generate_series(1, 3000)"
            )
            try queue.force("ANALYZE contrast.job")
            let connection = try queue.connection(as: "worker")
            try connection.transaction {
                // Often enough that the server settles for a plan that fits every call.
                for _ in 0..<12 {
                    let claimed = try connection.run(
                        "SELECT FROM contrast.claim(\(queue.workerID), '{train,generate}', 1, '60 s')"
                    )
                    #expect(claimed.count == 1)
                }
                let read = try connection.run(
                    """
                    SELECT pg_stat_get_xact_numscans('contrast.job'::regclass) AS scans,
                        pg_stat_get_xact_tuples_returned('contrast.job_ready'::regclass) AS rows
                    """
                )[0]
                #expect(try read.value("scans") == 0)
                #expect(try read.value("rows", as: Int.self) < 12 * 30)
            }
        }
    }

    @Test func oldJobsAreForgottenUnlessSomethingStillNeedsThem() throws {
        try TestQueue.with { queue in
            let old = try queue.enqueue()
            let lease = try queue.claimOne().lease
            let worker = queue.store(as: "worker")
            try worker.append([LogLine(sequence: 0, level: "info", text: "hello")], of: lease)
            _ = try queue.settle(lease, .succeeded([.sample()]))
            let parent = try queue.enqueue()
            let child = try queue.enqueue { $0.after = [parent] }
            _ = try queue.fail(try queue.claimOne().lease, .permanent)
            let waiting = try queue.enqueue { $0.after = [old] }
            try queue.force(
                """
                UPDATE contrast.job SET finished_at = finished_at - interval '2 days'
                 WHERE id IN (\(old), \(parent))
                """
            )
            let root = queue.store(as: "root")
            #expect(try root.prune(olderThan: .seconds(86_400)) == [old])
            #expect(try root.job(old) == nil)
            #expect(try queue.one("postgres", "SELECT count(*) FROM contrast.log") == "0")
            #expect(try queue.claimOne().lease.jobID == waiting)

            try queue.force("UPDATE contrast.job SET finished_at = finished_at - interval '2 days'")
            #expect(try Set(root.prune(olderThan: .seconds(86_400))) == [parent, child])
            #expect(try root.prune(olderThan: .seconds(86_400)) == [])
            #expect(throws: QueueError.self) { try root.prune(olderThan: .zero) }
            #expect(throws: QueueError.self) {
                try queue.store(as: "alice").prune(olderThan: .seconds(1))
            }
        }
    }
}
