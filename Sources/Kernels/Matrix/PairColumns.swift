internal import CIntrinsics

// The operands of these tiles are pairs of bfloat16 values, (2k, 2k + 1) of the inner index, that travel in the
// bits of a `Float`; what accumulates is float32. So one register tile serves both kinds of products.

/// Thirty-two columns.
struct TwoPairVectors: TileColumns {
    private var low = PairVector()
    private var high = PairVector()

    static var count: Int { 32 }

    @inline(__always)
    init() {}

    @inline(__always)
    static func load(_ address: UnsafePointer<Float>) -> TwoPairVectors {
        var columns = TwoPairVectors()
        columns.low = unsafe PairVector.load(address)
        columns.high = unsafe PairVector.load(address + 16)
        return columns
    }

    @inline(__always)
    func store(_ address: UnsafeMutablePointer<Float>) {
        unsafe low.store(address)
        unsafe high.store(address + 16)
    }

    @inline(__always)
    mutating func add(_ factor: Float, times right: TwoPairVectors) {
        low.add(factor, times: right.low)
        high.add(factor, times: right.high)
    }
}

/// Sixteen columns.
struct PairVector: TileColumns {
    private var values = SIMD16<Float>()

    static var count: Int { 16 }

    @inline(__always)
    init() {}

    @inline(__always)
    static func load(_ address: UnsafePointer<Float>) -> PairVector {
        var columns = PairVector()
        columns.values = unsafe SIMD16.load(address)
        return columns
    }

    @inline(__always)
    func store(_ address: UnsafeMutablePointer<Float>) { unsafe values.store(address) }

    @inline(__always)
    mutating func add(_ factor: Float, times right: PairVector) {
        values = contrast_add_pair_products_16(
            values,
            SIMD16(repeating: factor.bitPattern),
            unsafe unsafeBitCast(right.values, to: SIMD16<UInt32>.self)
        )
    }
}

/// Eight columns.
struct HalfPairVector: TileColumns {
    private var values = SIMD8<Float>()

    static var count: Int { 8 }

    @inline(__always)
    init() {}

    @inline(__always)
    static func load(_ address: UnsafePointer<Float>) -> HalfPairVector {
        var columns = HalfPairVector()
        columns.values = unsafe SIMD8.load(address)
        return columns
    }

    @inline(__always)
    func store(_ address: UnsafeMutablePointer<Float>) { unsafe values.store(address) }

    @inline(__always)
    mutating func add(_ factor: Float, times right: HalfPairVector) {
        values = contrast_add_pair_products_8(
            values,
            SIMD8(repeating: factor.bitPattern),
            unsafe unsafeBitCast(right.values, to: SIMD8<UInt32>.self)
        )
    }
}

/// One column, for what is left.
struct SinglePairColumn: TileColumns {
    private var value: Float = 0

    static var count: Int { 1 }

    @inline(__always)
    init() {}

    @inline(__always)
    static func load(_ address: UnsafePointer<Float>) -> SinglePairColumn {
        var column = SinglePairColumn()
        unsafe column.value = address.pointee
        return column
    }

    @inline(__always)
    func store(_ address: UnsafeMutablePointer<Float>) { unsafe address.pointee = value }

    @inline(__always)
    mutating func add(_ factor: Float, times right: SinglePairColumn) {
        let (left, right) = (factor.bitPattern, right.value.bitPattern)
        value.addProduct(Float(bitPattern: left &<< 16), Float(bitPattern: right &<< 16))
        value.addProduct(
            Float(bitPattern: left & 0xFFFF_0000),
            Float(bitPattern: right & 0xFFFF_0000)
        )
    }
}
