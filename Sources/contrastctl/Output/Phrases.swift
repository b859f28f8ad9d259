internal import Foundation
internal import JobQueue

/// Values in few letters.
enum Phrases {
    /// `45s`, `12m`, `3h`, `5d`.
    static func span(_ seconds: Double) -> String {
        switch max(0, seconds) {
        case ..<1: "<1s"
        case ..<100: "\(Int(seconds))s"
        case ..<6_000: "\(Int(seconds / 60))m"
        case ..<172_800: "\(Int(seconds / 3_600))h"
        default: "\(Int(seconds / 86_400))d"
        }
    }

    /// How long ago.
    static func age(_ date: Date) -> String { span(Date().timeIntervalSince(date)) }

    /// `12.3 MB`, in thousands.
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 999.5 {
                return unit == "B" ? "\(count) B" : "\(String(format: "%.1f", value)) \(unit)"
            }
            value /= 1000
        }
        return "\(String(format: "%.1f", value)) TB"
    }

    /// A time in UTC, to the second.
    static func time(_ date: Date) -> String {
        date.ISO8601Format(.init(dateTimeSeparator: .space))
    }

    /// How far a job is: `45 %`, or its steps.
    static func progress(_ job: JobSummary) -> String {
        if let percent = job.percent { return "\(Int(percent)) %" }
        return job.step.map { "step \($0)" } ?? ""
    }

    /// A number with six digits that count.
    static func number(_ value: Double) -> String { String(format: "%.6g", value) }

    /// Heights of a curve, averaged into at most `width` blocks.
    static func sparkline(_ values: [Double], width: Int = 24) -> String {
        let finite = values.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return "" }
        let count = min(width, finite.count)
        let blocks = Array("▁▂▃▄▅▆▇█")
        return String(
            (0..<count).map { index in
                let part = finite[
                    (index * finite.count / count)..<((index + 1) * finite.count / count)
                ]
                let mean = part.reduce(0, +) / Double(part.count)
                let height = high > low ? (mean - low) / (high - low) : 0
                return blocks[min(7, Int(height * 8))]
            }
        )
    }
}
