internal import JobQueue

/// What a job has said and nobody has stored yet: bounded, so that a job never waits for its own log.
struct TelemetryBuffer: Sendable {
    /// Lines and points that one job may have waiting; more are dropped and counted.
    static let maximumLines = 10_000
    static let maximumPoints = 100_000
    static let maximumWarnings = 1_000

    let lease: Lease
    private(set) var lines: [LogLine] = []
    private(set) var points: [MetricPoint] = []
    private(set) var warnings: [String] = []
    /// Lines, points and warnings that were dropped because nobody stored the earlier ones.
    private(set) var droppedCount = 0
    private var lineCount = 0

    init(lease: Lease) { self.lease = lease }

    var isEmpty: Bool { lines.isEmpty && points.isEmpty && warnings.isEmpty }

    mutating func add(line: String, level: String) {
        guard lines.count < Self.maximumLines else {
            droppedCount += 1
            return
        }
        lines.append(LogLine(sequence: lineCount, level: level, text: line))
        lineCount += 1
    }

    mutating func add(_ point: MetricPoint) {
        guard points.count < Self.maximumPoints else {
            droppedCount += 1
            return
        }
        points.append(point)
    }

    mutating func add(warning: String) {
        guard warnings.count < Self.maximumWarnings else {
            droppedCount += 1
            return
        }
        warnings.append(warning)
    }

    /// Gives up the first so many of each, which nobody can store.
    mutating func drop(lines: Int, points: Int, warnings: Int) {
        remove(lines: lines, points: points, warnings: warnings)
        droppedCount += lines + points + warnings
    }

    /// Forgets the first so many of each, which are stored now.
    mutating func remove(lines: Int, points: Int, warnings: Int) {
        self.lines.removeFirst(lines)
        self.points.removeFirst(points)
        self.warnings.removeFirst(warnings)
    }
}
