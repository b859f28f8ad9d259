internal import Foundation
internal import JobQueue

/// A curve of a job as a small drawing: an SVG path over the steps.
struct CurveDrawing {
    static let width = 240
    static let height = 60
    /// Room above and below, so that the line's width stays inside.
    private static let margin = 2.0

    let name: String
    /// The path's `d`; one `M x y` and an `L x y` per point.
    let path: String
    let last: String
    /// The curve in words, for those who do not see it.
    let words: String

    /// Draws the points of one curve, in the order of their steps; nil where none is a finite number.
    init?(name: String, points: [MetricPoint]) {
        let finite = points.filter(\.value.isFinite)
        guard let first = finite.first, let last = finite.last,
            let low = finite.map(\.value).min(), let high = finite.map(\.value).max()
        else { return nil }
        let means = Self.thinned(finite)
        let steps = Double(max(1, last.step - first.step))
        let drawn = means.map { step, value in
            let x = (step - Double(first.step)) / steps * Double(Self.width)
            let room = Double(Self.height) - 2 * Self.margin
            let y = Self.margin + (high > low ? (high - value) / (high - low) : 0.5) * room
            return String(format: "%.1f %.1f", x, y)
        }
        self.name = name
        // A lone point gets a length, so that it is seen.
        path = "M" + drawn.joined(separator: "L") + (drawn.count == 1 ? "h2" : "")
        self.last = Phrases.number(last.value)
        words =
            "\(name): from \(Phrases.number(first.value)) at step \(first.step) to "
            + "\(Phrases.number(last.value)) at step \(last.step), "
            + "between \(Phrases.number(low)) and \(Phrases.number(high))"
    }

    /// The curves of a job, by name.
    static func all(_ points: [MetricPoint]) -> [CurveDrawing] {
        Dictionary(grouping: points, by: \.name).sorted { $0.key < $1.key }.compactMap {
            CurveDrawing(name: $0.key, points: $0.value)
        }
    }

    /// At most one point per unit of width: means of neighbours.
    private static func thinned(_ points: [MetricPoint]) -> [(step: Double, value: Double)] {
        let count = min(width, points.count)
        return (0..<count).map { index in
            let part = points[(index * points.count / count)..<((index + 1) * points.count / count)]
            let size = Double(part.count)
            return (
                step: part.reduce(0) { $0 + Double($1.step) } / size,
                value: part.reduce(0) { $0 + $1.value } / size
            )
        }
    }
}
