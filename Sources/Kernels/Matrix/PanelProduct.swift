/// A row-major matrix times a packed one, by register tiles, in the panels' precision.
@safe
struct PanelProduct {
    /// The rows of the left side and of the result.
    let rows: Int
    /// `[rows, panels.rows]`.
    let left: UnsafePointer<Float>
    /// The right side.
    let panels: PackedPanels
    /// What every row begins with; `nil` for zeros.
    let bias: UnsafePointer<Float>?
    /// `[rows, panels.columns]`.
    let result: UnsafeMutablePointer<Float>
    /// Whether the result is added to.
    let accumulates: Bool

    /// Multiplications and additions of a task: about 50 µs.
    private static let taskWork = 8 << 20
    /// Multiplications and additions that a task is worth.
    private static let smallestTaskWork = 1 << 20
    /// Rows of a task of large products: a few tiles, so that what is written of a row lies together.
    private static let largestRowBlock = 48
    /// Values of the inner index that are used together, so that a panel stays in the second-level cache.
    private static let innerBlock = 4096

    /// Computes the product.
    @unsafe
    func run(team: ThreadTeam) {
        switch panels.precision {
        case .float32: unsafe run(FloatColumns.self, left, team: team)
        case .bfloat16:
            let rounded = unsafe RoundedRows(left, rows: rows, columns: panels.rows, team: team)
            unsafe run(PairColumns.self, rounded.base, team: team)
        }
    }

    /// Computes the product with a left side as wide as the panels' stored rows: tasks are blocks of rows times
    /// ranges of panels.
    @unsafe
    private func run<Columns: ColumnFamily>(
        _: Columns.Type,
        _ left: UnsafePointer<Float>,
        team: ThreadTeam
    ) {
        let rowWork = 2 * panels.storedRows * PackedPanels.width
        let fewRows = min(PanelProduct.taskWork / rowWork, PanelProduct.largestRowBlock)
        let panelBlock = max(
            1,
            min(8, panels.panelCount, PanelProduct.taskWork / (max(12, fewRows) * rowWork))
        )
        // Small products need more rows to be worth a task.
        let worthwhile = PanelProduct.smallestTaskWork / (panelBlock * rowWork)
        let rowBlock = max(12, max(fewRows, worthwhile) / 12 * 12)
        let rowBlocks = (rows + rowBlock - 1) / rowBlock
        let panelBlocks = (panels.panelCount + panelBlock - 1) / panelBlock
        let tasks = rowBlocks * panelBlocks
        let isTiny = rows * rowWork * panels.panelCount < 1 << 21
        // The smaller side is the one that is read again and again.
        let walksPanels = rows >= panels.columns
        team.run(over: tasks, blockSize: isTiny ? tasks : 1) { range in
            for task in range {
                let (outer, inner) = task.quotientAndRemainder(
                    dividingBy: walksPanels ? panelBlocks : rowBlocks
                )
                let (block, part) = walksPanels ? (outer, inner) : (inner, outer)
                let rows = block * rowBlock..<min((block + 1) * rowBlock, rows)
                let last = min((part + 1) * panelBlock, panels.panelCount)
                for panel in part * panelBlock..<last {
                    unsafe compute(Columns.self, left, rows, panel: panel)
                }
            }
        }
    }

    @unsafe
    private func compute<Columns: ColumnFamily>(
        _: Columns.Type,
        _ left: UnsafePointer<Float>,
        _ rows: Range<Int>,
        panel: Int
    ) {
        let inner = panels.storedRows
        let column = panel * PackedPanels.width
        let valid = min(PackedPanels.width, panels.columns - column)
        let width = panels.width(ofPanel: panel)
        let target = unsafe result + rows.lowerBound * panels.columns + column
        var isStarted = accumulates
        for start in stride(from: 0, to: inner, by: PanelProduct.innerBlock) {
            unsafe RegisterTile(
                leftRow: inner,
                leftColumn: 1,
                rightStride: width,
                resultStride: panels.columns,
                inner: min(PanelProduct.innerBlock, inner - start),
                accumulates: isStarted,
                bias: bias.map { unsafe $0 + column }
            ).multiply(
                Columns.self,
                rows: rows.count,
                columns: valid,
                left + rows.lowerBound * inner + start,
                panels.panel(panel) + start * width,
                into: target
            )
            isStarted = true
        }
    }
}
