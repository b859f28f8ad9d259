/// PyTorch's way from uniform to normal numbers on x86, bit for bit.
///
/// Matches `normal_fill_16_AVX2` of ATen: Box–Muller in float32 over Cephes' `logf`, `sinf` and `cosf`,
/// with the fused multiply-adds that its compiler makes of them. Found by comparing 65 536 numbers with
/// PyTorch 2.13: every other choice of fused operations differs in some last bits.
package enum TorchNormalKernels {
    /// Turns blocks of sixteen uniform numbers in 0..<1 into standard normal ones, in place.
    ///
    /// - Parameters:
    ///   - values: All numbers.
    ///   - starts: Where the blocks begin.
    package static func transform(
        _ values: inout MutableSpan<Float>,
        blocksAt starts: some Sequence<Int>
    ) {
        for start in starts {
            for lane in start..<start + 8 {
                let radius = (-2 * logarithm(1 - values[lane])).squareRoot()
                // 2π to the nearest; `Float.pi` is rounded down.
                let (sine, cosine) = sineAndCosine(6.283_185_5 * values[lane + 8])
                values[lane] = radius * cosine
                values[lane + 8] = radius * sine
            }
        }
    }

    /// ln x of a normal positive number.
    private static func logarithm(_ x: Float) -> Float {
        var exponent = Float(x.exponent + 1)
        var f = x.significand / 2
        if f < 0.707_106_77 {
            exponent -= 1
            f += f - 1
        } else {
            f -= 1
        }
        let square = f * f
        var p: Float = 7.037_683_629_2e-2
        for coefficient: Float in [
            -1.151_461_031_0e-1, 1.167_699_874_0e-1, -1.242_014_084_6e-1, 1.424_932_278_7e-1,
            -1.666_805_766_5e-1, 2.000_071_476_5e-1, -2.499_999_399_3e-1, 3.333_333_117_4e-1,
        ] {
            p = coefficient.addingProduct(p, f)
        }
        p *= f
        p = (exponent * -2.121_944_40e-4).addingProduct(p, square)
        p = p.addingProduct(square, -0.5)
        return (f + p).addingProduct(exponent, 0.693_359_375)
    }

    /// sin x and cos x for 0 ≤ x ≤ 2π.
    private static func sineAndCosine(_ x: Float) -> (sine: Float, cosine: Float) {
        let octant = (Int(x * 1.273_239_544_735_16) + 1) & ~1
        let multiple = Float(octant)
        let r = x.addingProduct(multiple, -0.785_156_25)
            .addingProduct(multiple, -2.418_756_484_985_351_562_5e-4)
            .addingProduct(multiple, -3.774_894_977_445_941_08e-8)
        let square = r * r
        var c = Float(-1.388_731_625_493_765e-3).addingProduct(2.443_315_711_809_948e-5, square)
        c = Float(4.166_664_568_298_827e-2).addingProduct(c, square) * square
        c = (square * -0.5).addingProduct(c, square) + 1
        var s = Float(8.332_160_873_6e-3).addingProduct(-1.951_529_589_1e-4, square)
        s = Float(-1.666_665_461_1e-1).addingProduct(s, square) * square
        s = r.addingProduct(s, r)
        if octant & 2 != 0 { swap(&s, &c) }
        return (octant & 4 == 0 ? s : -s, (octant - 2) & 4 == 0 ? -c : c)
    }
}
