internal import Foundation
internal import JobQueue
internal import Postgres

/// What can be wrong with the database, its schema, and those who work on it.
struct QueueCheckup {
    /// A snapshot that is older keeps vacuum from clearing up.
    private static let oldSnapshotSeconds = 600.0

    private let settings: PostgresConnectionSettings

    init(_ settings: PostgresConnectionSettings) { self.settings = settings }

    /// Every finding, as far as one can get.
    var findings: [Finding] {
        var findings: [Finding] = []
        let store = PostgresJobStore(settings)
        do throws(QueueError) {
            let version = try store.schemaVersion()
            findings.append(Finding("the database answers"))
            findings.append(Self.schema(version))
            guard let version, version >= QueueSchema.version else { return findings }
            do throws(QueueError) {
                findings += try queue(store)
                findings += try health(store)
            } catch {
                guard case .notPermitted = error, try store.mayWork() else { throw error }
                let reason =
                    "this login may run jobs and not look at them; doctor with one that has contrast_read tells more"
                findings.append(Finding("the queue and its workers", .unseen(reason)))
            }
        } catch {
            let name =
                if case .unreachable = error { "the database answers" } else { "the queue answers" }
            findings.append(
                Finding(name, problem: ConnectionAdvice(settings).remedy(for: error))
            )
        }
        return findings
    }

    private static func schema(_ version: Int?) -> Finding {
        let needed = QueueSchema.version
        let name = "the schema has version \(needed)"
        switch version {
        case needed?: return Finding(name)
        case nil:
            return Finding(
                name,
                problem: "there is none yet; run contrastctl migrate as an administrator"
            )
        case let found? where found < needed:
            return Finding(
                name,
                problem: "it has version \(found); run contrastctl migrate, workers go on meanwhile"
            )
        case let found?:
            return Finding(
                name,
                problem:
                    "it has version \(found); install the release of contrastctl that belongs to it"
            )
        }
    }

    private func queue(_ store: PostgresJobStore) throws(QueueError) -> [Finding] {
        let workers = try store.workers()
        let depths = try store.depths()
        let orphans = depths.filter { depth in
            depth.ready > 0 && !workers.contains { $0.kinds.contains(depth.kind) }
        }
        return [
            Finding(
                "a worker is alive",
                problem: workers.isEmpty ? "start one: contrast-worker --config worker.conf" : nil
            ),
            Finding("every worker beats", unless: workers.filter { $0.status == "silent" }) {
                $0.map { worker in
                    "\(worker.name) (process \(worker.processID) on \(worker.host)) has not beaten for "
                        + "\(Phrases.span(worker.secondsSinceBeat))"
                }.joined(separator: ", ") + "; look at its log there, and end it if it hangs"
            },
            Finding("every kind with ready jobs has a worker", unless: orphans) {
                "start a worker with CONTRAST_WORKER_KINDS="
                    + $0.map(\.kind).joined(separator: ",")
            },
            Finding("no kind is paused", unless: depths.filter(\.isPaused)) { paused in
                paused.count == depths.count
                    ? "all are: contrastctl resume all"
                    : paused.map { "contrastctl resume \($0.kind)" }.joined(separator: "; ")
            },
            Finding("every ready job fits a worker", unless: try store.unplaceable()) {
                "start a worker with the tags and the memory that contrastctl show \($0[0]) prints, or contrastctl "
                    + "cancel \($0.prefix(10).map(String.init).joined(separator: " "))"
            },
            Finding(
                "every schedule works",
                unless: try store.schedules().filter { $0.lastError != nil }
            ) {
                $0.map { "\($0.name): \($0.lastError ?? "")" }.joined(separator: "; ")
                    + "; remove it and add it again: contrastctl schedule remove \($0[0].name)"
            },
        ]
    }

    /// What only those see who may look at everything; others are spared it.
    private func health(_ store: PostgresJobStore) throws(QueueError) -> [Finding] {
        let rows: [HealthRow]
        do throws(QueueError) {
            rows = try store.health()
        } catch {
            guard case .notPermitted = error else { throw error }
            return []
        }
        let snapshots = rows.filter {
            $0.what == "oldest snapshot" && $0.value > Self.oldSnapshotSeconds
        }
        let notices = rows.filter { $0.what == "notification queue" && $0.value > 50 }
        return [
            Finding("no session holds an old snapshot", unless: snapshots) {
                "\($0[0].culprit ?? "a session") has one of \(Phrases.span($0[0].value)), so that dead rows pile up"
            },
            Finding("the queue of notifications has room", unless: notices) {
                "it is \(Int($0[0].value)) % full; end the session that listens and stands in a transaction"
            },
            Finding(
                "no job stands still",
                unless: rows.filter { $0.what == "jobs that stand still" && $0.value > 0 }
            ) {
                "\($0[0].culprit ?? "a job"): look at contrastctl logs; its worker leaves it by itself, "
                    + "contrastctl cancel ends it"
            },
        ]
    }
}
