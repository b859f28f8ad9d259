internal import Foundation
internal import JobQueue
internal import Requests
internal import Synchronization

extension WorkerVitals {
    /// Everything, as JSON: what it does and how it is, nothing of what jobs are about, no path, no secret.
    package var status: String {
        let state = state.withLock { $0 }
        let memory = ProcessMemory.current
        let status: JSONValue = [
            "state": .string(word), "problems": .array(problems.map(JSONValue.string)),
            "obstacles": .array(obstacles.map(JSONValue.string)), "worker": worker,
            "job": state.job.map(Self.json) ?? .null,
            "base": state.base.map(JSONValue.string) ?? .null,
            "attempts": .object(
                Dictionary(
                    uniqueKeysWithValues: AttemptOutcome.allCases.map {
                        ($0.rawValue, .integer(state.outcomes[$0] ?? 0))
                    }
                )
            ),
            "memory": [
                "resident_bytes": memory.map { .integer($0.resident) } ?? .null,
                "anonymous_bytes": memory.map { .integer($0.anonymous) } ?? .null,
                "for_jobs_mib": .integer(configuration.memory),
            ],
            "beat": [
                "age_s": Self.age(state.beatAt),
                "interval_s": .number(configuration.beat / .seconds(1)),
                "lease_s": .number(configuration.lease / .seconds(1)),
            ],
            "schema_version": state.schemaVersion.map(JSONValue.integer) ?? .null,
            "queue": [
                "age_s": Self.age(state.depthsAt), "kinds": .array(state.depths.map(Self.json)),
            ],
        ]
        guard let text = try? status.encoded(pretty: true) else {
            preconditionFailure("a status is made of finite numbers")
        }
        return String(decoding: text, as: UTF8.self)
    }

    private var worker: JSONValue {
        [
            "name": .string(configuration.name),
            "id": identity.registered.map { .string($0.uuidString.lowercased()) } ?? .null,
            "host": .string(ProcessInfo.processInfo.hostName),
            "pid": .integer(Int(ProcessInfo.processInfo.processIdentifier)),
            "version": .string(version),
            "kinds": .array(identity.kinds.map(JSONValue.string)),
            "tags": .array(configuration.tags.map(JSONValue.string)),
            "started_at": .string(startedAt.ISO8601Format()),
        ]
    }

    private static func json(_ job: JobInHand) -> JSONValue {
        [
            "id": .integer(job.lease.jobID), "token": .integer(job.lease.token),
            "kind": .string(job.kind), "attempt": .integer(job.attempt),
            "step": .integer(job.step),
            "steps": job.stepCount.map(JSONValue.integer) ?? .null,
            "s_per_step": job.secondsPerStep.map(number) ?? .null,
            "steps_per_s": job.secondsPerStep.map { $0 > 0 ? number(1 / $0) : .null } ?? .null,
            "claimed_s": age(job.claimedAt),
        ]
    }

    private static func json(_ depth: KindDepth) -> JSONValue {
        [
            "kind": .string(depth.kind), "waiting": .integer(depth.waiting),
            "ready": .integer(depth.ready), "running": .integer(depth.running),
            "held": .integer(depth.held), "paused": .boolean(depth.isPaused),
            "oldest_ready_s": depth.oldestReadySeconds.map(number) ?? .null,
        ]
    }

    /// Seconds since then, to milliseconds.
    private static func age(_ instant: ContinuousClock.Instant?) -> JSONValue {
        instant.map { number((.now - $0) / .seconds(1)) } ?? .null
    }

    /// A number of few digits.
    private static func number(_ value: Double) -> JSONValue {
        .number((value * 1000).rounded() / 1000)
    }
}
