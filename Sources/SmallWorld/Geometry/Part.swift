internal import Foundation

/// A solid in its place within a subject, with what it is made of.
struct Part: Sendable {
    /// How a part joins those before it.
    enum Joint: Sendable {
        /// Adds to them.
        case added
        /// Is cut out of them; the cut's surface has this part's material.
        case carved
    }

    /// The axes across which a part is mirrored, so that one solid serves for two or four.
    struct Mirrors: OptionSet, Sendable {
        let rawValue: Int
        static let x = Mirrors(rawValue: 1)
        static let z = Mirrors(rawValue: 2)
    }

    /// The body.
    var solid: Solid
    /// Its centre in the subject's space; mirrored parts give the one with positive coordinates.
    var center: SIMD3<Float>
    /// What it is made of.
    var material: Material
    /// The mirrors applied before anything else.
    var mirrors: Mirrors
    /// Where the mirrors stand.
    var mirrorCenter: SIMD3<Float>
    /// The cosine of the angle by which it is turned about the z axis.
    private let cosine: Float
    /// The sine of that angle.
    private let sine: Float
    /// How it joins the parts before it.
    var joint: Joint

    /// Creates a part.
    ///
    /// - Parameters:
    ///   - solid: Its body.
    ///   - center: Its centre in the subject's space.
    ///   - material: What it is made of.
    ///   - mirrors: The axes it is mirrored across.
    ///   - mirrorCenter: Where the mirrors stand; the origin by default.
    ///   - roll: The angle in degrees by which it is turned about the z axis, counter-clockwise from +z.
    ///   - joint: How it joins the parts before it.
    init(
        _ solid: Solid,
        at center: SIMD3<Float>,
        _ material: Material,
        mirrors: Mirrors = [],
        around mirrorCenter: SIMD3<Float> = .zero,
        roll: Float = 0,
        joint: Joint = .added
    ) {
        self.solid = solid
        self.center = center
        self.material = material
        self.mirrors = mirrors
        self.mirrorCenter = mirrorCenter
        cosine = Foundation.cos(roll * .pi / 180)
        sine = roll == 0 ? 0 : Foundation.sin(roll * .pi / 180)
        self.joint = joint
    }

    /// The corners of an upright box around the part and its mirror images.
    var bounds: (lower: SIMD3<Float>, upper: SIMD3<Float>) {
        // A turned part reaches no farther than its longest half axis.
        let extents =
            isTurned ? SIMD3(repeating: solid.extents.max()) : solid.extents
        var lower = center - extents
        let upper = center + extents
        if mirrors.contains(.x) { lower.x = 2 * mirrorCenter.x - upper.x }
        if mirrors.contains(.z) { lower.z = 2 * mirrorCenter.z - upper.z }
        return (lower, upper)
    }

    /// Whether its axes differ from the subject's.
    var isTurned: Bool { sine != 0 }

    /// The distances of sixteen points of the subject's space from this part.
    @inline(__always)
    func distance(_ point: LaneVector) -> Lanes {
        var p = point
        if mirrors.contains(.x) { p.x = magnitude(p.x - mirrorCenter.x) + mirrorCenter.x }
        if mirrors.contains(.z) { p.z = magnitude(p.z - mirrorCenter.z) + mirrorCenter.z }
        p = p - LaneVector(repeating: center)
        if sine != 0 {
            p = LaneVector(p.x * cosine + p.y * sine, p.y * cosine - p.x * sine, p.z)
        }
        return solid.distance(p)
    }
}
