/// A subject with its edits, ready to be hit by rays.
struct TracedBody {
    /// The subject's parts, then those of its accessory.
    let parts: [Part]
    /// How many of them are the subject's.
    let subjectPartCount: Int
    /// How much larger the whole is along each axis, from the ground up.
    let scale: SIMD3<Float>
    /// The middle of a sphere around everything.
    let center: SIMD3<Float>
    /// That sphere's radius.
    let radius: Float
    /// About half its longest extent from any side: what a camera keeps in view.
    let reach: Float
    /// The azimuth in degrees the subject is best seen from.
    let bestAzimuth: Float
    /// The height at which a split body changes colour.
    let middle: Float
    /// How wide its shadow is.
    let footprint: Float

    /// Creates the body a description asks for.
    init(_ description: PictureDescription) {
        let blueprint = Blueprint.make(for: description.subject).applying(description.shape)
        let worn = description.accessory.parts(on: blueprint)
        parts = blueprint.parts + worn
        subjectPartCount = blueprint.parts.count
        scale = description.shape.scale
        bestAzimuth = blueprint.bestAzimuth
        let bodyBox = blueprint.bodyBox
        middle = blueprint.splitHeight ?? bodyBox.center.y
        footprint = max(bodyBox.extents.x, bodyBox.extents.z) * max(scale.x, scale.z)

        var lower = SIMD3<Float>(repeating: .infinity)
        var upper = SIMD3<Float>(repeating: -.infinity)
        for part in parts where part.joint == .added {
            lower = pointwiseMin(lower, part.bounds.lower)
            upper = pointwiseMax(upper, part.bounds.upper)
        }
        let origin: SIMD3<Float> = [0, Blueprint.ground, 0]
        lower = (lower - origin) * scale + origin
        upper = (upper - origin) * scale + origin
        center = (lower + upper) / 2
        let half = (upper - lower) / 2
        radius = (half * half).sum().squareRoot()
        reach = max(half.y, (half.x * half.x + half.z * half.z).squareRoot() * 0.92)
    }

    /// Points of the world in the space the parts are given in.
    @inline(__always)
    func local(_ p: LaneVector) -> LaneVector {
        LaneVector(
            p.x * (1 / scale.x),
            (p.y - Blueprint.ground) * (1 / scale.y) + Blueprint.ground,
            p.z * (1 / scale.z)
        )
    }

    /// The distances of sixteen points of the world.
    @inline(__always)
    func distance(_ point: LaneVector) -> Lanes {
        let p = local(point)
        var nearest = Lanes(repeating: 1e6)
        for part in parts {
            let distance = part.distance(p)
            nearest =
                part.joint == .added ? minimum(nearest, distance) : maximum(nearest, -distance)
        }
        return nearest * scale.min()
    }

    /// The outward directions, of length 1, at sixteen points of the surface.
    func normals(_ p: LaneVector) -> LaneVector {
        let step: Float = 0.004
        var sum = LaneVector(.zero, .zero, .zero)
        // Four corners of a tetrahedron give the gradient with four distances instead of six.
        for corner: SIMD3<Float> in [[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]] {
            let distance = distance(p + LaneVector(repeating: corner * step))
            sum = sum + LaneVector(repeating: corner) * distance
        }
        return sum.normalized
    }
}
