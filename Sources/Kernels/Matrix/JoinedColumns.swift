/// The columns of two tiles side by side, such as 32 and 8: heads of 40 channels in one go.
struct JoinedColumns<First: TileColumns, Second: TileColumns>: TileColumns {
    private var first = First()
    private var second = Second()

    static var count: Int { First.count + Second.count }

    @inline(__always)
    init() {}

    @inline(__always)
    static func load(_ address: UnsafePointer<Float>) -> JoinedColumns {
        var columns = JoinedColumns()
        columns.first = unsafe First.load(address)
        columns.second = unsafe Second.load(address + First.count)
        return columns
    }

    @inline(__always)
    func store(_ address: UnsafeMutablePointer<Float>) {
        unsafe first.store(address)
        unsafe second.store(address + First.count)
    }

    @inline(__always)
    mutating func add(_ factor: Float, times right: JoinedColumns) {
        first.add(factor, times: right.first)
        second.add(factor, times: right.second)
    }
}
