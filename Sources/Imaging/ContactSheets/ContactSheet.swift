/// A grid of pictures with labels, for looking at many at once.
package struct ContactSheet: Sendable {
    /// A place of the grid.
    package struct Cell: Sendable {
        /// The picture; shown smaller, or enlarged by a whole factor, to fit its place. None leaves it empty.
        package var image: RGBImage?
        /// The words below the picture, wrapped; non-ASCII characters show as boxes.
        package var label: String

        /// Creates a place of the grid.
        package init(_ image: RGBImage?, label: String = "") {
            self.image = image
            self.label = label
        }
    }

    /// The grid, row by row; rows may differ in length.
    package var rows: [[Cell]]
    /// The longest side a picture takes on the sheet, in pixels.
    package var cellSide: Int
    /// The most lines of a label; the rest is cut off.
    package var labelLines: Int
    /// The pixels between places and at the edges.
    package var gutter = 6
    /// The most pixels of the sheet; places shrink until it fits.
    package var pixelLimit: Int

    /// Creates a sheet of a grid.
    package init(
        rows: [[Cell]],
        cellSide: Int = 256,
        labelLines: Int = 2,
        pixelLimit: Int = 64_000_000
    ) {
        self.rows = rows
        self.cellSide = cellSide
        self.labelLines = labelLines
        self.pixelLimit = pixelLimit
    }

    /// Creates a sheet that lays cells out in rows of `columns`.
    package init(cells: [Cell], columns: Int, cellSide: Int = 256, labelLines: Int = 2) {
        precondition(columns > 0, "a sheet has at least one column")
        let rows = stride(from: 0, to: cells.count, by: columns).map { first in
            Array(cells[first..<min(first + columns, cells.count)])
        }
        self.init(rows: rows, cellSide: cellSide, labelLines: labelLines)
    }

    /// The sheet as a picture on white.
    package func image() -> RGBImage {
        var side = cellSide
        while side > 8, extents(side: side).width * extents(side: side).height > pixelLimit {
            side = side * 9 / 10
        }
        let (width, height) = extents(side: side)
        var sheet = RGBImage(width: width, height: height)
        for (rowIndex, row) in rows.enumerated() {
            for (columnIndex, cell) in row.enumerated() {
                let x = gutter + columnIndex * (side + gutter)
                let y = gutter + rowIndex * (side + labelHeight + gutter)
                if let image = cell.image {
                    let shown = ContactSheet.fitted(image, side: side)
                    sheet.paste(shown, x: x + (side - shown.width) / 2, y: y + side - shown.height)
                }
                let lines = ContactSheet.wrapped(cell.label, columns: side / BitmapFont.advance)
                for (line, text) in lines.prefix(labelLines).enumerated() {
                    sheet.draw(text, x: x, y: y + side + 2 + line * BitmapFont.lineHeight)
                }
            }
        }
        return sheet
    }

    /// The pixels a label takes below its picture.
    private var labelHeight: Int {
        rows.contains { $0.contains { !$0.label.isEmpty } }
            ? labelLines * BitmapFont.lineHeight + 2 : 0
    }

    /// The sheet's size when pictures take `side` pixels.
    private func extents(side: Int) -> (width: Int, height: Int) {
        let columns = max(rows.map(\.count).max() ?? 0, 1)
        let lines = max(rows.count, 1)
        return (
            columns * (side + gutter) + gutter,
            lines * (side + labelHeight + gutter) + gutter
        )
    }

    /// The picture at the size it is shown at.
    private static func fitted(_ image: RGBImage, side: Int) -> RGBImage {
        let longer = max(image.width, image.height)
        return longer > side ? image.fitted(within: side) : image.enlarged(by: side / longer)
    }

    /// The text in lines of at most `columns` characters, broken between words where possible.
    private static func wrapped(_ text: String, columns: Int) -> [String] {
        let columns = max(columns, 1)
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.count + 1 + word.count <= columns {
                lines[lines.count - 1] = last + " " + word
                continue
            }
            var rest = word
            while rest.count > columns {
                lines.append(String(rest.prefix(columns)))
                rest = rest.dropFirst(columns)
            }
            lines.append(String(rest))
        }
        return lines
    }
}
