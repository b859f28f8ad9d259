internal import Glibc

/// Elementary functions of sixteen float32 numbers at once, to about 1e-7 relative.
///
/// Only `replace(with:where:)`, fused multiply-adds and bit casts: `SIMD.clamped`, `.rounded`,
/// `.squareRoot`, `pointwiseMax` and lane conversions compile to scalar loops. Not-a-number, infinities
/// and signed zeros behave as in the C library unless a function says otherwise.
enum VectorMath {
    typealias Vector = SIMD16<Float>
    typealias Bits = SIMD16<Int32>

    /// Adding it rounds to an integer, which then stands in the lowest bits: 1.5 · 2²³.
    private static var roundingMagic: Float { 12_582_912 }
    private static var roundingMagicBits: Int32 { 0x4B40_0000 }

    @inline(__always)
    static func bits(_ x: Vector) -> Bits { unsafe unsafeBitCast(x, to: Bits.self) }

    @inline(__always)
    static func float(bits: Bits) -> Vector { unsafe unsafeBitCast(bits, to: Vector.self) }

    /// |x|.
    @inline(__always)
    static func absoluteValue(_ x: Vector) -> Vector { float(bits: bits(x) & 0x7FFF_FFFF) }

    /// `magnitude`, which is not negative, with the sign of `sign`.
    @inline(__always)
    static func copySign(_ magnitude: Vector, from sign: Vector) -> Vector {
        float(bits: bits(magnitude) | (bits(sign) & Int32.min))
    }

    /// −x, also of zeros.
    @inline(__always)
    static func negated(_ x: Vector) -> Vector { float(bits: bits(x) ^ Int32.min) }

    /// The larger of two numbers lane by lane; `y` where `x` is not a number.
    @inline(__always)
    static func maximum(_ x: Vector, _ y: Vector) -> Vector { y.replacing(with: x, where: x .> y) }

    /// The sum of the lanes, in a fixed tree.
    @inline(__always)
    static func sum(_ x: Vector) -> Float {
        let eight = x.lowHalf + x.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }

    /// The largest lane.
    @inline(__always)
    static func maximum(_ x: Vector) -> Float {
        let eight = x.lowHalf.replacing(with: x.highHalf, where: x.highHalf .> x.lowHalf)
        let four = eight.lowHalf.replacing(
            with: eight.highHalf,
            where: eight.highHalf .> eight.lowHalf
        )
        return Swift.max(Swift.max(four.x, four.y), Swift.max(four.z, four.w))
    }

    /// √x: an estimate of 1/√x from the exponent, three Newton steps, and one for the root itself.
    ///
    /// `squareRoot()` of a vector compiles to sixteen calls, because negative numbers would set `errno`.
    @inline(__always)
    static func squareRoot(_ x: Vector) -> Vector {
        let isTiny = x .< 0x1p-96
        let scaled = x.replacing(with: x * 0x1p64, where: isTiny)
        var inverse = float(bits: 0x5F37_5A86 &- (bits(scaled) &>> 1))
        for _ in 0..<3 {
            let excess = Vector(repeating: 1.5).addingProduct(scaled * inverse * -0.5, inverse)
            inverse *= excess
        }
        var root = scaled * inverse
        root.addProduct(scaled.addingProduct(negated(root), root), inverse * 0.5)
        root.replace(with: root * 0x1p-32, where: isTiny)
        root.replace(with: x, where: x .== 0)
        root.replace(with: x, where: x .== Float.infinity)
        root.replace(with: Float.nan, where: x .< 0)
        return root
    }

    /// eˣ: 2ⁿ · p(r) with r = x − n ln 2, |r| ≤ ln 2 / 2; polynomial of Cephes `expf`.
    @inline(__always)
    static func exponential(_ x: Vector) -> Vector {
        var bounded = x
        bounded.replace(with: 89, where: x .> 89)
        bounded.replace(with: -104, where: x .< -104)
        let shifted = Vector(repeating: roundingMagic).addingProduct(bounded, 1.442_695_04)
        let n = shifted - roundingMagic
        let r = bounded.addingProduct(n, -0.693_359_375).addingProduct(n, 2.121_944_4e-4)
        var p = Vector(repeating: 1.398_199_95e-3).addingProduct(r, 1.987_569_15e-4)
        p = Vector(repeating: 8.333_451_9e-3).addingProduct(p, r)
        p = Vector(repeating: 4.166_579_6e-2).addingProduct(p, r)
        p = Vector(repeating: 1.666_666_55e-1).addingProduct(p, r)
        p = Vector(repeating: 5.000_000_1e-1).addingProduct(p, r)
        p = (r + 1).addingProduct(p, r * r)
        // Two factors, because 2¹²⁸ is no float32 and the smallest results are subnormal.
        let exponent = bits(shifted) &- roundingMagicBits
        let half = exponent &>> 1
        return p * powerOfTwo(half) * powerOfTwo(exponent &- half)
    }

    /// 2ⁿ for −126 ≤ n ≤ 127.
    @inline(__always)
    private static func powerOfTwo(_ n: Bits) -> Vector { float(bits: (n &+ 127) &<< 23) }

    /// ln x: e ln 2 + p(m − 1) with x = 2ᵉ m, √½ ≤ m < √2; polynomial of Cephes `logf`.
    @inline(__always)
    static func logarithm(_ x: Vector) -> Vector {
        let isSubnormal = x .< Float.leastNormalMagnitude
        let normal = x.replacing(with: x * 8_388_608, where: isSubnormal)
        let exponent = (bits(normal) &- 0x3F35_04F3) &>> 23
        let f = float(bits: bits(normal) &- (exponent &<< 23)) - 1
        var e = float(bits: exponent &+ roundingMagicBits) - roundingMagic
        e.replace(with: e - 23, where: isSubnormal)
        let square = f * f
        var p = Vector(repeating: -1.151_461_03e-1).addingProduct(f, 7.037_683_63e-2)
        p = Vector(repeating: 1.167_699_87e-1).addingProduct(p, f)
        p = Vector(repeating: -1.242_014_08e-1).addingProduct(p, f)
        p = Vector(repeating: 1.424_932_28e-1).addingProduct(p, f)
        p = Vector(repeating: -1.666_805_77e-1).addingProduct(p, f)
        p = Vector(repeating: 2.000_071_48e-1).addingProduct(p, f)
        p = Vector(repeating: -2.499_999_4e-1).addingProduct(p, f)
        p = Vector(repeating: 3.333_333_12e-1).addingProduct(p, f)
        p = (p * f * square).addingProduct(e, -2.121_944_4e-4).addingProduct(square, -0.5)
        var result = (f + p).addingProduct(e, 0.693_359_375)
        result.replace(with: -Float.infinity, where: x .== 0)
        result.replace(with: Float.nan, where: x .< 0)
        result.replace(with: x, where: x .== Float.infinity)
        result.replace(with: x, where: x .!= x)
        return result
    }

    /// sin x (`quadrant` 0) or cos x (`quadrant` 1).
    ///
    /// Reduction by three parts of π/2 is exact enough up to 70 000; larger arguments go to the C
    /// library one by one.
    @inline(__always)
    static func sine(_ x: Vector, quadrant: Int32) -> Vector {
        if maximum(absoluteValue(x)) > 70_000 {
            var result = Vector()
            for lane in 0..<16 { result[lane] = quadrant == 0 ? sinf(x[lane]) : cosf(x[lane]) }
            return result
        }
        let shifted = Vector(repeating: roundingMagic).addingProduct(x, 0.636_619_772)
        let n = shifted - roundingMagic
        let r = x.addingProduct(n, -0x1.921fb0p+00).addingProduct(n, -0x1.5110b4p-22)
            .addingProduct(n, -0x1.846988p-48)
        let square = r * r
        var s = Vector(repeating: 8.332_160_87e-3).addingProduct(square, -1.951_529_59e-4)
        s = Vector(repeating: -1.666_665_46e-1).addingProduct(s, square)
        s = r.addingProduct(s * square, r)
        var c = Vector(repeating: -1.388_731_63e-3).addingProduct(square, 2.443_315_71e-5)
        c = Vector(repeating: 4.166_664_57e-2).addingProduct(c, square)
        c = Vector(repeating: 1).addingProduct(square, -0.5).addingProduct(c, square * square)
        // The quarter of the circle, 0…3, by float arithmetic: integer masks compile to scalar loops.
        let turn = n + Float(quadrant)
        let circles = (turn * 0.25 - 0.375 + roundingMagic) - roundingMagic
        let quarter = turn.addingProduct(circles, -4)
        let value = s.replacing(with: c, where: quarter .== 1).replacing(
            with: c,
            where: quarter .== 3
        )
        return value.replacing(with: 0 - value, where: quarter .> 1.5)
    }

    /// erf x, by N. Juffa's two polynomials (at most one unit in the last place).
    @inline(__always)
    static func errorFunction(_ x: Vector) -> Vector {
        let t = absoluteValue(x)
        let square = x * x
        var tail = Vector(repeating: 3.831_971_26e-4).addingProduct(t, -1.728_534_70e-5)
        let even = Vector(repeating: 2.425_462_19e-2).addingProduct(t, -3.883_964_38e-3)
        tail = even.addingProduct(tail, square)
        tail = Vector(repeating: -1.067_778_77e-1).addingProduct(tail, t)
        tail = Vector(repeating: -6.348_466_87e-1).addingProduct(tail, t)
        tail = Vector(repeating: -1.287_175_12e-1).addingProduct(tail, t)
        tail = negated(t).addingProduct(tail, t)
        // The tail's polynomial rises again far out, where erf is 1 anyway.
        tail.replace(with: -100, where: t .> 9)
        let far = copySign(1 - exponential(tail), from: x)
        var near = Vector(repeating: 4.991_194_23e-3).addingProduct(square, -5.967_617_03e-4)
        near = Vector(repeating: -2.676_813_49e-2).addingProduct(near, square)
        near = Vector(repeating: 1.128_199_25e-1).addingProduct(near, square)
        near = Vector(repeating: -3.761_253_36e-1).addingProduct(near, square)
        near = Vector(repeating: 1.283_791_66e-1).addingProduct(near, square)
        near = x.addingProduct(near, x)
        return near.replacing(with: far, where: t .> 0.927_734_375)
    }

    /// tanh x: an odd polynomial (Cephes `tanhf`) near zero, 1 − 2/(e²ˣ + 1) elsewhere.
    @inline(__always)
    static func hyperbolicTangent(_ x: Vector) -> Vector {
        let magnitude = absoluteValue(x)
        let square = x * x
        var near = Vector(repeating: 2.063_908_88e-2).addingProduct(square, -5.704_988_73e-3)
        near = Vector(repeating: -5.373_971_56e-2).addingProduct(near, square)
        near = Vector(repeating: 1.333_144_22e-1).addingProduct(near, square)
        near = Vector(repeating: -3.333_328_19e-1).addingProduct(near, square)
        near = x.addingProduct(near * square, x)
        let far = copySign(1 - 2 / (exponential(magnitude + magnitude) + 1), from: x)
        return near.replacing(with: far, where: magnitude .> 0.625)
    }

    /// eˣ, of −87 and 88 where x is beyond them: one factor 2ⁿ, which is never subnormal.
    @inline(__always)
    private static func boundedExponential(_ x: Vector) -> Vector {
        var bounded = x
        bounded.replace(with: 88, where: x .> 88)
        bounded.replace(with: -87, where: x .< -87)
        // 127 makes an exponent of n in the lowest bits.
        let magic = roundingMagic + 127
        let shifted = Vector(repeating: magic).addingProduct(bounded, 1.442_695_04)
        let n = shifted - magic
        let r = bounded.addingProduct(n, -0.693_359_375).addingProduct(n, 2.121_944_4e-4)
        var p = Vector(repeating: 1.398_199_95e-3).addingProduct(r, 1.987_569_15e-4)
        p = Vector(repeating: 8.333_451_9e-3).addingProduct(p, r)
        p = Vector(repeating: 4.166_579_6e-2).addingProduct(p, r)
        p = Vector(repeating: 1.666_666_55e-1).addingProduct(p, r)
        p = Vector(repeating: 5.000_000_1e-1).addingProduct(p, r)
        p = (r + 1).addingProduct(p, r * r)
        return p * float(bits: bits(shifted) &<< 23)
    }

    /// 1 / (1 + e⁻ˣ), 0 below −88.
    @inline(__always)
    static func sigmoid(_ x: Vector) -> Vector {
        (1 / (1 + boundedExponential(negated(x)))).replacing(with: 0, where: x .< -88)
    }

    /// The standard normal distribution function, ½ (1 + erf(x/√2)).
    @inline(__always)
    static func normalDistribution(_ x: Vector) -> Vector {
        Vector(repeating: 0.5).addingProduct(errorFunction(x * Float(0.5).squareRoot()), 0.5)
    }

    /// The standard normal density, e^(−x²/2) / √(2π).
    @inline(__always)
    static func normalDensity(_ x: Vector) -> Vector {
        exponential(x * x * -0.5) * 0.398_942_28
    }
}
