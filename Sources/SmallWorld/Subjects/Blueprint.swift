/// A subject's shape: parts on a ground at y = −0.9, about 1 around the origin, facing +z.
struct Blueprint: Sendable {
    /// The parts in the order they join.
    var parts: [Part]
    /// The middle of its head's upper side, where hats sit.
    var crown: SIMD3<Float>
    /// The radius of a hat that fits.
    var crownRadius: Float
    /// The middle of its neck, where scarves lie.
    var neck: SIMD3<Float>
    /// The radius of a scarf that fits.
    var neckRadius: Float
    /// The middle of its face, where glasses sit.
    var face: SIMD3<Float>
    /// Where it faces; glasses look this way.
    var faceDirection: FaceDirection = .front
    /// The half width of its face.
    var faceHalfWidth: Float
    /// The azimuth in degrees it is best seen from; 0 is from +z.
    var bestAzimuth: Float = 0
    /// The height at which a split body changes colour; the middle of its box when `nil`.
    var splitHeight: Float?

    /// The ways a face may look.
    enum FaceDirection: Sendable {
        /// Towards +z.
        case front
        /// Towards +x.
        case side
    }

    /// The height of the ground under every subject.
    static let ground: Float = -0.9

    /// Returns the shape of a subject.
    static func make(for subject: Subject) -> Blueprint {
        let p = subject.proportions
        return switch subject.subjectClass {
        case .mug: mug(p)
        case .rocket: rocket(p)
        case .duck: duck(p)
        case .robot: robot(p)
        case .house: house(p)
        case .tree: tree(p)
        case .car: car(p)
        case .fish: fish(p)
        case .bear: bear(p)
        case .mushroom: mushroom(p)
        }
    }

    /// The smallest upright box around the parts made of the body's material.
    var bodyBox: (center: SIMD3<Float>, extents: SIMD3<Float>) {
        var lower = SIMD3<Float>(repeating: .infinity)
        var upper = SIMD3<Float>(repeating: -.infinity)
        for part in parts {
            guard case .body = part.material, part.joint == .added else { continue }
            lower = pointwiseMin(lower, part.bounds.lower)
            upper = pointwiseMax(upper, part.bounds.upper)
        }
        return ((lower + upper) / 2, (upper - lower) / 2)
    }
}
