/// What a safetensors header says about one tensor.
package struct SafeTensorsEntry: Sendable, Equatable {
    /// The key, such as `conv_in.weight`.
    package let name: String
    /// The element type.
    package let dataType: SafeTensorsDataType
    /// The extents, outermost first; empty for a scalar.
    package let shape: [Int]
    /// Where the values lie, in bytes from the start of the data.
    package let byteRange: Range<Int>

    package init(
        name: String,
        dataType: SafeTensorsDataType,
        shape: [Int],
        byteRange: Range<Int>
    ) {
        self.name = name
        self.dataType = dataType
        self.shape = shape
        self.byteRange = byteRange
    }

    /// The bytes that `shape` and `dataType` need, or `nil` if that is more than an `Int` can count.
    static func byteCount(shape: [Int], dataType: SafeTensorsDataType) -> Int? {
        var product = dataType.byteCount
        for extent in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            if overflow { return nil }
            product = next
        }
        return product
    }
}
