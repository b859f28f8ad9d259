import Foundation
import JobWorker
import Testing

/// The documentation for operators and the program say the same.
@Suite struct OperationsDocumentationTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func everyMetricIsListedWordForWord() throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "docs/OPERATIONS.md"),
            encoding: .utf8
        )
        for metric in WorkerMetric.allCases {
            #expect(text.contains("| `\(metric.rawValue)` | \(metric.help) |\n"))
        }
        let listed = text.matches(of: /\n\| `((?:contrast|process)_\w+)` \|/).map { String($0.1) }
        #expect(Set(listed) == Set(WorkerMetric.allCases.map(\.rawValue)))
    }

    @Test func theUnitHeedsEveryExitCode() throws {
        let unit = try String(
            contentsOf: Self.root.appending(path: "scripts/systemd/contrast-worker@.service"),
            encoding: .utf8
        )
        let recycled = WorkerEnd.recycled.exitCode(drains: false)
        #expect(
            unit.contains("SuccessExitStatus=\(recycled)\nRestartForceExitStatus=\(recycled)\n")
        )
        let failed = WorkerEnd.failed("").exitCode(drains: false)
        #expect(unit.contains("RestartPreventExitStatus=64 \(failed)\n"))
        #expect(unit.contains("\nRestart=on-failure\n"), "so that 0 is not started again")
        for end in [WorkerEnd.drained, .stopped] { #expect(end.exitCode(drains: false) == 0) }
        for end in [WorkerEnd.forced, .unreachable("")] {
            #expect(![0, 64, 78, 79].contains(end.exitCode(drains: false)))
        }
    }
}
