/// How a subject's two colours lie on its body.
package enum SurfacePattern: String, Sendable, CaseIterable, Codable {
    case plain, striped, dotted, checkered, split

    /// The word for it in captions; none for a plain body.
    package var word: String? { self == .plain ? nil : rawValue }

    /// How much of the second colour each point shows, 0 or 1.
    ///
    /// - Parameters:
    ///   - point: Points on the body in its own space.
    ///   - normal: The body's normals there; the pattern lies in the plane they face most.
    ///   - frequency: Repeats per unit of length.
    ///   - middle: The height at which a split body changes colour.
    @inline(__always)
    func accentShare(
        at point: LaneVector,
        normal: LaneVector,
        frequency: Float,
        middle: Float
    ) -> Lanes {
        let isTop =
            (magnitude(normal.y) .> magnitude(normal.x))
            .& (magnitude(normal.y) .> magnitude(normal.z))
        let isSide = magnitude(normal.x) .> magnitude(normal.z)
        var u = point.x.replacing(with: point.z, where: isSide)
        u.replace(with: point.x, where: isTop)
        let v = point.y.replacing(with: point.z, where: isTop)
        let a = wrapped(u * frequency)
        let b = wrapped(v * frequency)
        switch self {
        case .plain: return .zero
        case .striped: return SurfacePattern.share(wrapped(point.y * frequency) .> 0)
        case .dotted: return SurfacePattern.share(a * a + b * b .< 0.085)
        case .checkered: return SurfacePattern.share(a * b .> 0)
        case .split: return SurfacePattern.share(point.y .> middle)
        }
    }

    /// 1 where the mask is set, 0 elsewhere.
    @inline(__always)
    private static func share(_ mask: LaneMask) -> Lanes {
        Lanes.zero.replacing(with: 1, where: mask)
    }
}
