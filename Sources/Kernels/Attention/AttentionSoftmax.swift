/// What an attention does to a row of scores.
enum AttentionSoftmax {
    private typealias Vector = SIMD16<Float>

    /// log₂ e.
    private static let logarithmOfE: Float = 1.442_695_04

    /// 2ˣ for x ≤ 0, 2⁻¹²⁶ from there down: 2ⁿ · p(x − n) with n the nearest integer and p a minimax polynomial for
    /// |x − n| ≤ ½, to 1.6e-7.
    @inline(__always)
    private static func powerOfTwo(_ x: Vector) -> Vector {
        // Adding 1.5 · 2²³ rounds n into the lowest bits, where 127 makes an exponent of it.
        let magic: Float = 12_582_912 + 127
        let bounded = x.replacing(with: -126, where: x .< -126)
        let shifted = bounded + magic
        let r = bounded - (shifted - magic)
        var p = Vector(repeating: 9.671_512_649e-3).addingProduct(r, 1.326_472_707e-3)
        p = Vector(repeating: 5.550_733_744e-2).addingProduct(p, r)
        p = Vector(repeating: 2.402_224_209e-1).addingProduct(p, r)
        p = Vector(repeating: 6.931_469_776e-1).addingProduct(p, r)
        p = Vector(repeating: 1).addingProduct(p, r)
        let bits = unsafe unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23
        return unsafe p * unsafeBitCast(bits, to: Vector.self)
    }

    /// eˣ of one number ≤ 0, by the same arithmetic.
    static func exponential(_ x: Float) -> Float {
        powerOfTwo(Vector(repeating: x * logarithmOfE))[0]
    }

    /// The largest of `scale` · the first `count` scores. The row is readable and writable up to the next
    /// multiple of 16; what follows `count` becomes −∞.
    @unsafe
    static func maximum(
        _ row: UnsafeMutablePointer<Float>,
        count: Int,
        scale: Float
    ) -> Float {
        let padded = (count + 15) & ~15
        for index in count..<padded { unsafe row[index] = -.infinity }
        var largest = Vector(repeating: -.infinity)
        for index in stride(from: 0, to: padded, by: 16) {
            let values = unsafe Vector.load(row + index)
            largest.replace(with: values, where: values .> largest)
        }
        return VectorMath.maximum(largest) * scale
    }

    /// Replaces scores s by e^(scale · s − shift) and returns the sum of them; `row` as in `maximum`.
    @unsafe
    static func exponentiate(
        _ row: UnsafeMutablePointer<Float>,
        count: Int,
        scale: Float,
        shift: Float
    ) -> Float {
        let padded = (count + 15) & ~15
        for index in count..<padded { unsafe row[index] = -.infinity }
        var total = Vector()
        let factor = Vector(repeating: scale * logarithmOfE)
        let offset = Vector(repeating: -shift * logarithmOfE)
        for index in stride(from: 0, to: padded, by: 16) {
            let values = unsafe Vector.load(row + index)
            let powers = powerOfTwo(offset.addingProduct(values, factor))
            unsafe powers.store(row + index)
            total += powers
        }
        return VectorMath.sum(total)
    }

    /// Replaces gradients g of probabilities p by p · (g − mean) · scale: the gradients of the scores.
    @unsafe
    static func differentiate(
        _ gradients: UnsafeMutablePointer<Float>,
        probabilities: UnsafePointer<Float>,
        count: Int,
        mean: Float,
        scale: Float
    ) {
        for index in stride(from: 0, to: (count + 15) & ~15, by: 16) {
            let p = unsafe Vector.load(probabilities + index)
            let g = unsafe Vector.load(gradients + index)
            unsafe (p * (g - mean) * scale).store(gradients + index)
        }
    }

    /// Σ aᵢ·bᵢ in a fixed order.
    @unsafe
    static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
        var total = Vector()
        var index = 0
        while index + 16 <= count {
            unsafe total.addProduct(Vector.load(a + index), Vector.load(b + index))
            index += 16
        }
        var sum = VectorMath.sum(total)
        while index < count {
            unsafe sum.addProduct(a[index], b[index])
            index += 1
        }
        return sum
    }
}
