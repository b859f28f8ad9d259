internal import Foundation
internal import JobQueue
internal import Requests

extension JobSummary {
    /// The job for programs; names as in the view `contrast.jobs`.
    var json: JSONValue {
        [
            "id": .integer(id), "kind": .string(kind), "owner": .string(owner),
            "state": .string(state.rawValue), "priority": .integer(priority),
            "percent": .init(percent), "step": .init(step), "steps": .init(stepCount),
            "note": .init(note), "worker": .init(worker), "host": .init(host),
            "reason": .init(reason), "warnings": .array(warnings.map { .string($0) }),
            "attempts": .integer(attempts), "failures": .integer(failures),
            "crashes": .integer(crashes), "yields": .integer(yields),
            "hold": .boolean(isHeldBack), "cancelling": .boolean(isCancelling),
            "since_beat": .init(secondsSinceBeat), "idem_key": .init(idempotencyKey),
            "created_at": .init(createdAt), "run_at": .init(runAt),
            "started_at": .init(startedAt), "finished_at": .init(finishedAt),
            "params": .init(storedText: params), "seed": .integer(seed),
        ]
    }
}

extension AttemptSummary {
    /// The attempt for programs; names as in the view `contrast.attempts`.
    var json: JSONValue {
        [
            "n": .integer(number), "token": .integer(token), "worker": .string(worker),
            "host": .string(host), "resumed_step": .init(resumedStep), "last_step": .init(lastStep),
            "started_at": .init(startedAt), "ended_at": .init(endedAt),
            "outcome": .init(outcome?.rawValue),
            "error_class": .init(failure?.failureClass.rawValue),
            "error_stage": .init(failure?.stage), "error": .init(failure?.text),
        ]
    }
}

extension JobModel {
    /// The model for programs; names as in the view `contrast.job_models`.
    var json: JSONValue {
        [
            "attempt": .integer(attempt), "role": .string(role), "name": .string(name),
            "sha256": .string(sha256),
        ]
    }
}

extension JSONValue {
    init(_ value: String?) { self = value.map { .string($0) } ?? .null }
    init(_ value: Int?) { self = value.map { .integer($0) } ?? .null }
    init(_ value: Double?) {
        self = value.map { $0.isFinite ? .number($0) : .string("\($0)") } ?? .null
    }
    init(_ value: Date?) { self = value.map { .string($0.ISO8601Format()) } ?? .null }

    /// JSON that the database has stored; the text itself should it not be JSON.
    init(storedText text: String) {
        do throws(RequestError) {
            try self.init(parsing: text)
        } catch {
            self = .string(text)
        }
    }
}
