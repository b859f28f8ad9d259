extension Blueprint {
    /// A mug; proportions: width, height, handle.
    static func mug(_ p: SIMD3<Float>) -> Blueprint {
        let radius = 0.56 + 0.07 * p.x
        let half = 0.6 + 0.1 * p.y
        let handle = 0.34 + 0.06 * p.z
        let middle = ground + half
        return Blueprint(
            parts: [
                Part(.cylinder(radius: radius, halfHeight: half), at: [0, middle, 0], .body),
                Part(
                    .ring(radius: handle, thickness: 0.11),
                    at: [radius + 0.1, middle, 0],
                    .accent
                ),
                Part(
                    .cylinder(radius: radius - 0.1, halfHeight: half),
                    at: [0, middle + 0.16, 0],
                    .inside,
                    joint: .carved
                ),
            ],
            crown: [0, middle + half, 0],
            crownRadius: radius * 0.8,
            neck: [0, middle + half * 0.35, 0],
            neckRadius: radius,
            face: [0, middle + half * 0.45, radius],
            faceHalfWidth: radius * 0.7,
            bestAzimuth: 10
        )
    }

    /// A house; proportions: width, wall height, roof height.
    static func house(_ p: SIMD3<Float>) -> Blueprint {
        let width = 0.62 + 0.08 * p.x
        let wall = 0.42 + 0.07 * p.y
        let roof = 0.58 + 0.12 * p.z
        let eaves = ground + 2 * wall
        return Blueprint(
            parts: [
                Part(.box([width, wall, 0.52], rounding: 0.01), at: [0, ground + wall, 0], .body),
                Part(
                    .roof(halfWidth: width + 0.2, height: roof, halfDepth: 0.66),
                    at: [0, eaves, 0],
                    .accent
                ),
                Part(.box([0.09, 0.24, 0.09], rounding: 0), at: [0.36, eaves + 0.42, 0], .wood),
                Part(.box([0.14, 0.26, 0.04], rounding: 0), at: [0, ground + 0.26, 0.52], .wood),
                Part(
                    .box([0.12, 0.12, 0.04], rounding: 0),
                    at: [0.38, ground + wall * 1.25, 0.52],
                    .glow,
                    mirrors: .x
                ),
            ],
            crown: [0, eaves + roof * 0.9, 0],
            crownRadius: 0.3,
            neck: [0, eaves - 0.16, 0],
            neckRadius: 0.68,
            face: [0, eaves + 0.16, 0.66],
            faceHalfWidth: 0.42,
            bestAzimuth: 12
        )
    }

    /// A rocket; proportions: girth, nose length, fin size.
    static func rocket(_ p: SIMD3<Float>) -> Blueprint {
        let radius = 0.4 + 0.05 * p.x
        let nose = 0.3 + 0.06 * p.y
        let fin = 0.26 + 0.05 * p.z
        return Blueprint(
            parts: [
                Part(.cylinder(radius: radius, halfHeight: 0.6), at: [0, -0.1, 0], .body),
                Part(
                    .cone(bottom: radius, top: 0.03, halfHeight: nose),
                    at: [0, 0.5 + nose, 0],
                    .accent
                ),
                Part(
                    .box([fin, 0.26, 0.06], rounding: 0.03),
                    at: [radius + 0.1, -0.62, 0],
                    .accent,
                    mirrors: .x,
                    roll: 28
                ),
                Part(
                    .box([0.05, 0.3, fin], rounding: 0.03),
                    at: [0, -0.6, radius + 0.06],
                    .accent,
                    mirrors: .z
                ),
                Part(.cone(bottom: 0.26, top: 0.16, halfHeight: 0.1), at: [0, -0.8, 0], .dark),
                Part(.ellipsoid([0.17, 0.17, 0.08]), at: [0, 0.2, radius], .glass),
            ],
            crown: [0, 0.5 + 1.6 * nose, 0],
            crownRadius: 0.24,
            neck: [0, 0.42, 0],
            neckRadius: radius,
            face: [0, 0.2, radius],
            faceHalfWidth: 0.32
        )
    }

    /// A car, seen from its side; proportions: length, cabin height, wheel size.
    static func car(_ p: SIMD3<Float>) -> Blueprint {
        let length = 0.88 + 0.08 * p.x
        let cabin = 0.24 + 0.04 * p.y
        let wheel = 0.23 + 0.03 * p.z
        let sill = ground + wheel * 0.7
        let roof = sill + 0.46 + 2 * cabin
        return Blueprint(
            parts: [
                Part(.box([length, 0.24, 0.44], rounding: 0.08), at: [0, sill + 0.24, 0], .body),
                Part(
                    .box([length * 0.56, cabin, 0.38], rounding: 0.1),
                    at: [-0.06, roof - cabin, 0],
                    .accent
                ),
                Part(
                    .box([length * 0.46, cabin * 0.55, 0.4], rounding: 0.04),
                    at: [-0.06, roof - cabin * 1.1, 0],
                    .glass
                ),
                Part(
                    .disc(radius: wheel, halfDepth: 0.09),
                    at: [length * 0.58, ground + wheel, 0.4],
                    .dark,
                    mirrors: [.x, .z]
                ),
                Part(
                    .disc(radius: wheel * 0.45, halfDepth: 0.11),
                    at: [length * 0.58, ground + wheel, 0.4],
                    .pale,
                    mirrors: [.x, .z]
                ),
                Part(
                    .ellipsoid([0.06, 0.09, 0.09]),
                    at: [length, sill + 0.28, 0.27],
                    .glow,
                    mirrors: .z
                ),
            ],
            crown: [-0.06, roof, 0],
            crownRadius: 0.36,
            neck: [0, sill + 0.46, 0],
            neckRadius: 0.55,
            face: [0.05, roof - cabin, 0.4],
            faceHalfWidth: 0.42,
            bestAzimuth: 12
        )
    }
}
