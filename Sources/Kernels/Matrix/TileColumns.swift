/// Neighbouring columns of a register tile: what one row of it accumulates.
protocol TileColumns {
    /// The number of columns.
    static var count: Int { get }

    /// Zeros.
    init()

    /// `count` consecutive values.
    @unsafe
    static func load(_ address: UnsafePointer<Float>) -> Self

    /// Writes `count` consecutive values.
    @unsafe
    func store(_ address: UnsafeMutablePointer<Float>)

    /// self += factor · right.
    mutating func add(_ factor: Float, times right: Self)
}

/// Thirty-two columns: two AVX-512 registers a row, so that twelve rows fill the register file.
struct TwoVectors: TileColumns {
    private var low = SIMD16<Float>()
    private var high = SIMD16<Float>()

    static var count: Int { 32 }

    @inline(__always)
    init() {}

    @inline(__always)
    static func load(_ address: UnsafePointer<Float>) -> TwoVectors {
        var columns = TwoVectors()
        columns.low = unsafe SIMD16.load(address)
        columns.high = unsafe SIMD16.load(address + 16)
        return columns
    }

    @inline(__always)
    func store(_ address: UnsafeMutablePointer<Float>) {
        unsafe low.store(address)
        unsafe high.store(address + 16)
    }

    @inline(__always)
    mutating func add(_ factor: Float, times right: TwoVectors) {
        let factor = SIMD16<Float>(repeating: factor)
        low.addProduct(factor, right.low)
        high.addProduct(factor, right.high)
    }
}

extension SIMD16<Float>: TileColumns {
    static var count: Int { 16 }

    @inline(__always)
    static func load(_ address: UnsafePointer<Float>) -> SIMD16<Float> {
        unsafe UnsafeRawPointer(address).loadUnaligned(as: Self.self)
    }

    @inline(__always)
    func store(_ address: UnsafeMutablePointer<Float>) {
        unsafe UnsafeMutableRawPointer(address).storeBytes(of: self, as: Self.self)
    }

    @inline(__always)
    mutating func add(_ factor: Float, times right: SIMD16<Float>) {
        addProduct(SIMD16(repeating: factor), right)
    }
}

extension SIMD8<Float>: TileColumns {
    static var count: Int { 8 }

    @inline(__always)
    static func load(_ address: UnsafePointer<Float>) -> SIMD8<Float> {
        unsafe UnsafeRawPointer(address).loadUnaligned(as: Self.self)
    }

    @inline(__always)
    func store(_ address: UnsafeMutablePointer<Float>) {
        unsafe UnsafeMutableRawPointer(address).storeBytes(of: self, as: Self.self)
    }

    @inline(__always)
    mutating func add(_ factor: Float, times right: SIMD8<Float>) {
        addProduct(SIMD8(repeating: factor), right)
    }
}

/// One column, for what is left.
struct SingleColumn: TileColumns {
    private var value: Float = 0

    static var count: Int { 1 }

    @inline(__always)
    init() {}

    @inline(__always)
    static func load(_ address: UnsafePointer<Float>) -> SingleColumn {
        var column = SingleColumn()
        unsafe column.value = address.pointee
        return column
    }

    @inline(__always)
    func store(_ address: UnsafeMutablePointer<Float>) { unsafe address.pointee = value }

    @inline(__always)
    mutating func add(_ factor: Float, times right: SingleColumn) {
        value.addProduct(factor, right.value)
    }
}
