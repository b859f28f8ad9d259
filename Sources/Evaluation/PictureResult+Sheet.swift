internal import Imaging
internal import Requests

extension PictureResult {
    /// Pictures in a row of the sheet, beside the references.
    private static let picturesPerRow = 8

    /// A job's references on the left of its pictures, each with its scores.
    var sheet: ContactSheet {
        let referenceCount = cells.map { $0.count { $0.score == nil } }.max() ?? 0
        let rows = cells.flatMap { cells in
            let pictures = cells.filter { $0.score != nil }
            return stride(from: 0, to: pictures.count, by: Self.picturesPerRow).map { first in
                var row = first > 0 ? [] : cells.filter { $0.score == nil }.map(Self.cell)
                while row.count < referenceCount { row.append(ContactSheet.Cell(nil)) }
                let last = min(first + Self.picturesPerRow, pictures.count)
                return row + pictures[first..<last].map(Self.cell)
            }
        }
        return ContactSheet(rows: rows, cellSide: PictureEvaluation.sheetSide, labelLines: 4)
    }

    private static func cell(_ cell: Cell) -> ContactSheet.Cell {
        guard let score = cell.score else {
            return ContactSheet.Cell(cell.image, label: "reference")
        }
        let values = score.values.sorted { $0.key.rawValue > $1.key.rawValue }.map {
            "\($0.key.rawValue) \(($0.value * 1000).rounded() / 1000)"
        }
        return ContactSheet.Cell(
            cell.image,
            label: "job \(score.job) seed \(score.seed) \(values.joined(separator: " ")) "
                + score.prompt
        )
    }
}
