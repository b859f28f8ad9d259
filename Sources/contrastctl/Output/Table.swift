/// Rows with aligned columns, as wide as the terminal at most.
struct Table {
    /// Which side of its column a text stands at.
    enum Alignment {
        case left
        case right
    }

    /// A column's heading.
    struct Column {
        let title: String
        let alignment: Alignment

        init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    private let columns: [Column]
    private let rows: [[String]]
    private let empty: String

    /// Creates a table; `empty` is what stands there instead when it has no rows.
    init(_ columns: [Column], rows: [[String]], empty: String) {
        self.columns = columns
        self.rows = rows.map { row in row.map { Terminal.printable($0) } }
        self.empty = empty
    }

    /// The table as text. Where it is too wide the last column is cut.
    func text(width: Int?) -> String {
        guard !rows.isEmpty else { return empty }
        let all = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[index] - cell.count)
                let isLast = index == row.count - 1
                switch columns[index].alignment {
                case .left: line += cell + (isLast ? "" : padding)
                case .right: line += padding + cell
                }
                if !isLast { line += "  " }
            }
            return Self.cut(line, to: width)
        }.joined(separator: "\n")
    }

    private static func cut(_ line: String, to width: Int?) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        guard let width, line.count > width, width > 1 else { return line }
        return line.prefix(width - 1) + "…"
    }
}
