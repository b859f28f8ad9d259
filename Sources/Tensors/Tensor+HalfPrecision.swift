internal import Kernels

extension Tensor {
    /// Creates a constant from IEEE 754 binary16 values in row-major order, such as a weight file's.
    ///
    /// - Parameters:
    ///   - bytes: Two bytes per value, little-endian, at any alignment.
    ///   - shape: The extents.
    package init(float16 bytes: RawSpan, shape: Shape) {
        self.init(shape: shape) { values in HalfPrecision.float16.widen(bytes, into: &values) }
    }

    /// Creates a constant from bfloat16 values in row-major order, such as a weight file's.
    ///
    /// - Parameters:
    ///   - bytes: Two bytes per value, little-endian, at any alignment.
    ///   - shape: The extents.
    package init(bfloat16 bytes: RawSpan, shape: Shape) {
        self.init(shape: shape) { values in HalfPrecision.bfloat16.widen(bytes, into: &values) }
    }

    /// The bit patterns of the values rounded to IEEE 754 binary16, in row-major order.
    package var float16Bits: [UInt16] {
        var bits = [UInt16](repeating: 0, count: count)
        var output = bits.mutableSpan
        HalfPrecision.float16.narrow(span, into: &output)
        return bits
    }
}
