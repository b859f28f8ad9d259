/// What an attention does to a row of scores.
enum AttentionSoftmax {
    private typealias Vector = SIMD16<Float>

    /// eˣ for x ≤ 0, 0 below −87: 2ⁿ · p(r) with r = x − n ln 2 (Cephes `expf`).
    @inline(__always)
    private static func exponential(_ x: Vector) -> Vector {
        let isTiny = x .< -87
        let bounded = x.replacing(with: 0, where: isTiny)
        let shifted = Vector(repeating: 12_582_912).addingProduct(bounded, 1.442_695_04)
        let n = shifted - 12_582_912
        let r = bounded.addingProduct(n, -0.693_359_375).addingProduct(n, 2.121_944_4e-4)
        var p = Vector(repeating: 1.398_199_95e-3).addingProduct(r, 1.987_569_15e-4)
        p = Vector(repeating: 8.333_451_9e-3).addingProduct(p, r)
        p = Vector(repeating: 4.166_579_6e-2).addingProduct(p, r)
        p = Vector(repeating: 1.666_666_55e-1).addingProduct(p, r)
        p = Vector(repeating: 5.000_000_1e-1).addingProduct(p, r)
        p = (r + 1).addingProduct(p, r * r)
        // Adding 1.5 · 2²³ has rounded n into the lowest bits; shifted up they are the exponent of 2ⁿ.
        let bits = unsafe unsafeBitCast(shifted, to: SIMD16<Int32>.self)
        let power = unsafe unsafeBitCast((bits &+ 127) &<< 23, to: Vector.self)
        return (p * power).replacing(with: 0, where: isTiny)
    }

    /// eˣ of one number ≤ 0, by the same arithmetic.
    static func exponential(_ x: Float) -> Float { exponential(Vector(repeating: x))[0] }

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
        for index in stride(from: 0, to: padded, by: 16) {
            let values = unsafe Vector.load(row + index)
            let powers = exponential(Vector(repeating: -shift).addingProduct(values, scale))
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
