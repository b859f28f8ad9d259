/// Tile columns of the widths that together cover any number of columns.
protocol ColumnFamily {
    /// Thirty-two columns.
    associatedtype Wide: TileColumns
    /// Sixteen columns.
    associatedtype Vector: TileColumns
    /// Eight columns.
    associatedtype Half: TileColumns
    /// One column.
    associatedtype Single: TileColumns
}

/// Products of float32 values.
enum FloatColumns: ColumnFamily {
    typealias Wide = TwoVectors
    typealias Vector = SIMD16<Float>
    typealias Half = SIMD8<Float>
    typealias Single = SingleColumn
}

/// Products of pairs of bfloat16 values.
enum PairColumns: ColumnFamily {
    typealias Wide = TwoPairVectors
    typealias Vector = PairVector
    typealias Half = HalfPairVector
    typealias Single = SinglePairColumn
}
