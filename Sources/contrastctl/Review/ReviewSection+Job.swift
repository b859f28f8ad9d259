internal import Foundation
internal import JobQueue
internal import Requests

extension ReviewSection {
    init(_ job: ReviewedJob, links: ReviewLinks) {
        let summary = job.summary
        func pictures(_ role: String) -> [Picture] {
            job.outputs.filter { $0.role == role && $0.mediaType.hasPrefix("image/") }.map {
                Picture($0, link: links.link(to: $0.path))
            }
        }
        id = summary.id
        kind = summary.kind
        state = summary.state.rawValue
        percent = summary.state == .running ? summary.percent.map { Int($0) } : nil
        reason = summary.reason == summary.state.rawValue ? nil : summary.reason
        facts = Self.facts(summary)
        warnings = summary.warnings
        sheets = pictures("contact_sheet")
        self.pictures = Gathering(pictures("image"))
        validation = Gathering(pictures("validation"))
        masks = Gathering(pictures("location_mask"))
        curves = Gathering(CurveDrawing.all(job.metrics))
        payload = JSONValue(storedText: summary.params).text(pretty: true)
        attempts = Gathering(job.attempts.map { Attempt($0) })
        files = Gathering(job.outputs.map { File($0, link: links.link(to: $0.path)) })
        log = Gathering(job.log.map { Fact(name: Phrases.time($0.at), value: $0.text) })
        hint =
            summary.state.isFinal
            ? nil : "What the job makes appears here when it has succeeded; write the page again."
    }

    private static func facts(_ job: JobSummary) -> [Fact] {
        let took = job.startedAt.flatMap { started in
            job.finishedAt.map { Phrases.span($0.timeIntervalSince(started)) }
        }
        let all: [(String, String?)] = [
            ("owner", job.owner),
            ("worker", job.worker),
            ("doing", job.note),
            ("step", job.step.map { "\($0)" + (job.stepCount.map { " of \($0)" } ?? "") }),
            ("enqueued", Phrases.time(job.createdAt)),
            ("took", took),
            ("key", job.idempotencyKey),
        ]
        return all.compactMap { name, value in value.map { Fact(name: name, value: $0) } }
    }
}

extension ReviewSection.Picture {
    init(_ output: OutputRow, link: String) {
        self.link = link
        let facts = JSONValue(storedText: output.metadata)
        let prompt = facts["prompt"]?.plainText
        let number = ["seed", "step"].compactMap { name in
            facts[name]?.plainText.map { "\(name) \($0)" }
        }.first
        caption = [number, prompt].compactMap { $0 }.joined(separator: " · ")
        let what =
            switch output.role {
            case "contact_sheet": "Contact sheet: references on the left, then the pictures"
            case "validation": "Validation pictures"
            case "location_mask": "Location mask"
            default: "Picture"
            }
        words = caption.isEmpty ? what : "\(what), \(caption)"
    }
}

extension ReviewSection.Attempt {
    init(_ attempt: AttemptSummary) {
        number = attempt.number
        worker = attempt.worker
        steps = "\(attempt.resumedStep ?? 0) – \(attempt.lastStep.map { "\($0)" } ?? "")"
        took =
            attempt.endedAt.map { Phrases.span($0.timeIntervalSince(attempt.startedAt)) } ?? ""
        outcome = attempt.outcome?.rawValue ?? "running"
        error = attempt.failure.map { "\($0.failureClass.rawValue), \($0.stage): \($0.text)" }
    }
}

extension ReviewSection.File {
    init(_ output: OutputRow, link: String) {
        self.link = link
        name = output.path.split(separator: "/").dropFirst(2).joined(separator: "/")
        role = output.role
        size = Phrases.bytes(output.byteCount)
        hash = String(output.sha256.prefix(12))
    }
}

extension JSONValue {
    /// A member of an object.
    fileprivate subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// A text without its quotes, or a whole number.
    fileprivate var plainText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): "\(number)"
        default: nil
        }
    }
}
