extension Blueprint {
    /// A fir tree; proportions: width, trunk length, taper.
    static func tree(_ p: SIMD3<Float>) -> Blueprint {
        let width = 0.62 + 0.08 * p.x
        let trunk = 0.2 + 0.05 * p.y
        let taper = 0.72 + 0.06 * p.z
        let foot = ground + 2 * trunk
        return Blueprint(
            parts: [
                Part(
                    .cylinder(radius: 0.14, halfHeight: trunk + 0.05),
                    at: [0, ground + trunk, 0],
                    .wood
                ),
                Part(
                    .cone(bottom: width, top: width * 0.3, halfHeight: 0.27),
                    at: [0, foot + 0.27, 0],
                    .body
                ),
                Part(
                    .cone(bottom: width * taper, top: width * 0.2, halfHeight: 0.25),
                    at: [0, foot + 0.66, 0],
                    .body
                ),
                Part(
                    .cone(bottom: width * taper * taper, top: 0.02, halfHeight: 0.26),
                    at: [0, foot + 1.06, 0],
                    .body
                ),
            ],
            crown: [0, foot + 1.12, 0],
            crownRadius: 0.24,
            neck: [0, foot + 0.52, 0],
            neckRadius: width * 0.62,
            face: [0, foot + 0.45, width * 0.62],
            faceHalfWidth: 0.4
        )
    }

    /// A mushroom; proportions: cap width, cap height, stem girth.
    static func mushroom(_ p: SIMD3<Float>) -> Blueprint {
        let cap = 0.76 + 0.08 * p.x
        let height = 0.62 + 0.1 * p.y
        let stem = 0.25 + 0.05 * p.z
        let rim: Float = -0.14
        return Blueprint(
            parts: [
                Part(.ellipsoid([cap, height, cap]), at: [0, rim, 0], .body),
                Part(.box([2, 1, 2], rounding: 0), at: [0, rim - 1.06, 0], .pale, joint: .carved),
                Part(
                    .cone(bottom: stem * 1.25, top: stem * 0.85, halfHeight: 0.4),
                    at: [0, ground + 0.4, 0],
                    .pale
                ),
                Part(.collar(radius: stem, thickness: 0.07), at: [0, ground + 0.42, 0], .accent),
            ],
            crown: [0, rim + height * 0.92, 0],
            crownRadius: 0.34,
            neck: [0, rim - 0.2, 0],
            neckRadius: stem * 1.1,
            face: [0, rim + height * 0.35, cap * 0.9],
            faceHalfWidth: 0.4,
            splitHeight: rim + height * 0.5
        )
    }
}
