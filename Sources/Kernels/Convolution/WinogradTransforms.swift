/// The one-dimensional transforms of Winograd's F(4, 3): four neighbouring outputs of a filter of three taps
/// from six products instead of twelve.
///
/// y = Aᵀ[(G g) ⊙ (Bᵀ d)] with the interpolation points 0, ±1, ±2 and ∞ (Lavin and Gray 2016, §4.3). In two
/// dimensions they are applied to columns, then to rows.
enum WinogradTransforms {
    /// The outputs of a tile, along one axis.
    static let outputs = 4
    /// The inputs of a tile, along one axis: the products it takes.
    static let inputs = 6
    /// The products of a two-dimensional tile.
    static let products = inputs * inputs
    /// The values between the two passes of the way back.
    static let halfProducts = inputs * outputs

    /// Six values of one kind.
    typealias Six<Vector> = (Vector, Vector, Vector, Vector, Vector, Vector)
    /// Four values of one kind.
    typealias Four<Vector> = (Vector, Vector, Vector, Vector)

    /// Bᵀ d.
    @inline(__always)
    static func input<Vector: SIMD>(_ d: Six<Vector>) -> Six<Vector> where Vector.Scalar == Float {
        let even = d.4 - 4 * d.2
        let odd = d.3 - 4 * d.1
        let outer = d.4 - d.2
        let inner = 2 * (d.3 - d.1)
        return (
            4 * d.0 - 5 * d.2 + d.4,
            even + odd,
            even - odd,
            outer + inner,
            outer - inner,
            4 * d.1 - 5 * d.3 + d.5
        )
    }

    /// G g.
    @inline(__always)
    static func filter<Vector: SIMD>(_ g: (Vector, Vector, Vector)) -> Six<Vector>
    where Vector.Scalar == Float {
        let outer = (g.0 + g.2) * (-1 / 6)
        let middle = g.1 * (1 / 6)
        let far = g.0 * (1 / 24) + g.2 * (1 / 6)
        let half = g.1 * (1 / 12)
        return (g.0 * (1 / 4), outer - middle, outer + middle, far + half, far - half, g.2)
    }

    /// Aᵀ m.
    @inline(__always)
    static func output<Vector: SIMD>(_ m: Six<Vector>) -> Four<Vector>
    where Vector.Scalar == Float {
        let near = m.1 + m.2
        let nearOdd = m.1 - m.2
        let far = m.3 + m.4
        let farOdd = m.3 - m.4
        return (
            m.0 + near + far,
            nearOdd + 2 * farOdd,
            near + 4 * far,
            nearOdd + 8 * farOdd + m.5
        )
    }
}
