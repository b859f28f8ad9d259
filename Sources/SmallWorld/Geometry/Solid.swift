/// A simple body whose distance from any point is known in closed form, centred at the origin.
enum Solid: Sendable {
    /// An ellipsoid with the given half axes.
    case ellipsoid(SIMD3<Float>)
    /// A box with the given half extents and rounded edges.
    case box(SIMD3<Float>, rounding: Float)
    /// A cylinder around the y axis.
    case cylinder(radius: Float, halfHeight: Float)
    /// A cylinder around the z axis.
    case disc(radius: Float, halfDepth: Float)
    /// A cone around the y axis, cut at both ends.
    case cone(bottom: Float, top: Float, halfHeight: Float)
    /// A ring in the xy plane.
    case ring(radius: Float, thickness: Float)
    /// A ring in the xz plane.
    case collar(radius: Float, thickness: Float)
    /// A gable roof along z: its foot lies at y = 0.
    case roof(halfWidth: Float, height: Float, halfDepth: Float)

    /// The distances of sixteen points, negative inside; for ellipsoids and cones a lower bound near enough.
    @inline(__always)
    func distance(_ p: LaneVector) -> Lanes {
        switch self {
        case .ellipsoid(let axes):
            let scaled = LaneVector(p.x * (1 / axes.x), p.y * (1 / axes.y), p.z * (1 / axes.z))
            let slope = LaneVector(
                scaled.x * (1 / axes.x),
                scaled.y * (1 / axes.y),
                scaled.z * (1 / axes.z)
            )
            let level = scaled.length
            return level * (level - 1) / maximum(slope.length, 1e-6)
        case .box(let extents, let rounding):
            let x = magnitude(p.x) - (extents.x - rounding)
            let y = magnitude(p.y) - (extents.y - rounding)
            let z = magnitude(p.z) - (extents.z - rounding)
            let outside = LaneVector(maximum(x, 0), maximum(y, 0), maximum(z, 0)).length
            let inside = minimum(maximum(x, maximum(y, z)), Lanes.zero)
            return outside + inside - rounding
        case .cylinder(let radius, let halfHeight):
            return Solid.capped((p.x * p.x + p.z * p.z).squareRoot() - radius, p.y, halfHeight)
        case .disc(let radius, let halfDepth):
            return Solid.capped((p.x * p.x + p.y * p.y).squareRoot() - radius, p.z, halfDepth)
        case .cone(let bottom, let top, let halfHeight):
            let slope = (bottom - top) / (2 * halfHeight)
            let radius = (bottom + top) / 2 - slope * p.y
            let side =
                ((p.x * p.x + p.z * p.z).squareRoot() - radius)
                * (1 / (1 + slope * slope).squareRoot())
            return Solid.capped(side, p.y, halfHeight)
        case .ring(let radius, let thickness):
            let x = (p.x * p.x + p.y * p.y).squareRoot() - radius
            return (x * x + p.z * p.z).squareRoot() - thickness
        case .collar(let radius, let thickness):
            let x = (p.x * p.x + p.z * p.z).squareRoot() - radius
            return (x * x + p.y * p.y).squareRoot() - thickness
        case .roof(let halfWidth, let height, let halfDepth):
            let length = (halfWidth * halfWidth + height * height).squareRoot()
            let slope =
                (magnitude(p.x) * height + p.y * halfWidth - halfWidth * height) * (1 / length)
            return maximum(maximum(slope, -p.y), magnitude(p.z) - halfDepth)
        }
    }

    /// The distance from a body with the given side distance that is cut at ±`half` along an axis.
    @inline(__always)
    private static func capped(_ side: Lanes, _ along: Lanes, _ half: Float) -> Lanes {
        let end = magnitude(along) - half
        let x = maximum(side, 0)
        let y = maximum(end, 0)
        return (x * x + y * y).squareRoot() + minimum(maximum(side, end), Lanes.zero)
    }

    /// The half extents of the smallest upright box around the body; for a roof, around its foot.
    var extents: SIMD3<Float> {
        switch self {
        case .ellipsoid(let axes): axes
        case .box(let extents, _): extents
        case .cylinder(let radius, let half): SIMD3(radius, half, radius)
        case .disc(let radius, let half): SIMD3(radius, radius, half)
        case .cone(let bottom, let top, let half): SIMD3(max(bottom, top), half, max(bottom, top))
        case .ring(let radius, let thickness):
            SIMD3(radius + thickness, radius + thickness, thickness)
        case .collar(let radius, let thickness):
            SIMD3(radius + thickness, thickness, radius + thickness)
        case .roof(let halfWidth, let height, let halfDepth): SIMD3(halfWidth, height, halfDepth)
        }
    }
}
