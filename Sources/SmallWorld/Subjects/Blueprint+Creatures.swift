extension Blueprint {
    /// A duck, seen from its side; proportions: girth, head size, beak length.
    static func duck(_ p: SIMD3<Float>) -> Blueprint {
        let girth = 0.46 + 0.05 * p.x
        let head = 0.34 + 0.04 * p.y
        let beak = 0.22 + 0.05 * p.z
        let center: SIMD3<Float> = [0.42, ground + 2 * girth + head * 0.62, 0]
        return Blueprint(
            parts: [
                Part(.ellipsoid([0.72, girth, 0.5]), at: [-0.08, ground + girth, 0], .body),
                Part(.ellipsoid([head, head, head]), at: center, .body),
                Part(
                    .ellipsoid([0.28, 0.16, 0.2]),
                    at: [-0.72, ground + girth * 1.5, 0],
                    .body,
                    roll: -35
                ),
                Part(
                    .ellipsoid([0.36, 0.2, 0.12]),
                    at: [-0.14, ground + girth * 1.1, 0.46],
                    .accent,
                    mirrors: .z
                ),
                Part(
                    .ellipsoid([beak, 0.09, 0.17]),
                    at: center + [head + beak * 0.5, -0.06, 0],
                    .beak
                ),
                Part(
                    .ellipsoid([0.075, 0.085, 0.075]),
                    at: center + [head * 0.5, head * 0.3, head * 0.76],
                    .dark,
                    mirrors: .z
                ),
            ],
            crown: center + [0, head * 0.85, 0],
            crownRadius: head * 0.85,
            neck: center - [0.04, head * 0.85, 0],
            neckRadius: 0.3,
            face: center + [head * 0.85, head * 0.3, 0],
            faceDirection: .side,
            faceHalfWidth: head * 0.8,
            bestAzimuth: 14
        )
    }

    /// A robot; proportions: shoulder width, head size, leg length.
    static func robot(_ p: SIMD3<Float>) -> Blueprint {
        let width = 0.42 + 0.06 * p.x
        let head = 0.27 + 0.04 * p.y
        let leg = 0.22 + 0.04 * p.z
        let hip = ground + 2 * leg
        let neck = hip + 0.7
        return Blueprint(
            parts: [
                Part(.box([width, 0.36, 0.3], rounding: 0.05), at: [0, hip + 0.35, 0], .body),
                Part(
                    .box([head * 1.15, head, head], rounding: 0.05),
                    at: [0, neck + head, 0],
                    .accent
                ),
                Part(
                    .box([0.13, leg, 0.16], rounding: 0.03),
                    at: [0.22, ground + leg, 0],
                    .accent,
                    mirrors: .x
                ),
                Part(
                    .box([0.1, 0.33, 0.13], rounding: 0.04),
                    at: [width + 0.15, hip + 0.34, 0],
                    .accent,
                    mirrors: .x,
                    roll: 8
                ),
                Part(
                    .ellipsoid([0.09, 0.1, 0.06]),
                    at: [head * 0.5, neck + head * 1.1, head],
                    .dark,
                    mirrors: .x
                ),
                Part(
                    .box([head * 0.55, 0.035, 0.03], rounding: 0),
                    at: [0, neck + head * 0.45, head],
                    .dark
                ),
                Part(
                    .cylinder(radius: 0.035, halfHeight: 0.1),
                    at: [0, neck + 2 * head + 0.1, 0],
                    .dark
                ),
                Part(
                    .ellipsoid([0.09, 0.09, 0.09]),
                    at: [0, neck + 2 * head + 0.24, 0],
                    .scarlet
                ),
            ],
            crown: [0, neck + 2 * head, 0],
            crownRadius: head * 0.95,
            neck: [0, neck, 0],
            neckRadius: 0.28,
            face: [0, neck + head * 1.1, head],
            faceHalfWidth: head * 1.05
        )
    }

    /// A fish, seen from its side; proportions: length, height, tail size.
    static func fish(_ p: SIMD3<Float>) -> Blueprint {
        let length = 0.68 + 0.06 * p.x
        let height = 0.46 + 0.06 * p.y
        let tail = 0.32 + 0.05 * p.z
        let middle = ground + height + 0.12
        return Blueprint(
            parts: [
                Part(.ellipsoid([length, height, 0.28]), at: [0.1, middle, 0], .body),
                Part(
                    .ellipsoid([tail, 0.15, 0.07]),
                    at: [-length - 0.04, middle + tail * 0.55, 0],
                    .accent,
                    roll: -48
                ),
                Part(
                    .ellipsoid([tail, 0.15, 0.07]),
                    at: [-length - 0.04, middle - tail * 0.55, 0],
                    .accent,
                    roll: 48
                ),
                Part(
                    .ellipsoid([0.34, 0.2, 0.06]),
                    at: [0.02, middle + height * 0.95, 0],
                    .accent,
                    roll: -14
                ),
                Part(
                    .ellipsoid([0.2, 0.12, 0.05]),
                    at: [0.02, middle - 0.1, 0.28],
                    .accent,
                    mirrors: .z,
                    roll: 24
                ),
                Part(
                    .ellipsoid([0.12, 0.12, 0.08]),
                    at: [length * 0.66, middle + height * 0.26, 0.16],
                    .pale,
                    mirrors: .z
                ),
                Part(
                    .ellipsoid([0.065, 0.065, 0.06]),
                    at: [length * 0.69, middle + height * 0.26, 0.22],
                    .dark,
                    mirrors: .z
                ),
            ],
            crown: [length * 0.4, middle + height * 0.86, 0],
            crownRadius: 0.28,
            neck: [length * 0.25, middle, 0],
            neckRadius: height * 0.95,
            face: [length * 0.68, middle + height * 0.26, 0.22],
            faceHalfWidth: 0.26,
            bestAzimuth: 5
        )
    }

    /// A teddy bear, sitting; proportions: belly, head size, ear size.
    static func bear(_ p: SIMD3<Float>) -> Blueprint {
        let belly = 0.43 + 0.05 * p.x
        let head = 0.4 + 0.04 * p.y
        let ear = 0.17 + 0.03 * p.z
        let middle = ground + 0.5
        let center: SIMD3<Float> = [0, middle + 0.42 + head * 0.75, 0.04]
        return Blueprint(
            parts: [
                Part(.ellipsoid([belly, 0.5, belly * 0.9]), at: [0, middle, 0], .body),
                Part(.ellipsoid([head, head * 0.92, head]), at: center, .body),
                Part(
                    .ellipsoid([ear, ear, ear * 0.6]),
                    at: center + [head * 0.78, head * 0.72, 0],
                    .accent,
                    mirrors: .x
                ),
                Part(
                    .ellipsoid([0.19, 0.14, 0.14]),
                    at: center + [0, -head * 0.25, head * 0.86],
                    .pale
                ),
                Part(
                    .ellipsoid([0.075, 0.055, 0.05]),
                    at: center + [0, -head * 0.12, head * 1.18],
                    .dark
                ),
                Part(
                    .ellipsoid([0.06, 0.07, 0.05]),
                    at: center + [head * 0.38, head * 0.2, head * 0.86],
                    .dark,
                    mirrors: .x
                ),
                Part(
                    .ellipsoid([0.19, 0.19, 0.26]),
                    at: [belly * 0.72, ground + 0.18, 0.3],
                    .accent,
                    mirrors: .x
                ),
                Part(
                    .ellipsoid([0.14, 0.32, 0.16]),
                    at: [belly + 0.04, middle + 0.06, 0.1],
                    .body,
                    mirrors: .x,
                    roll: 28
                ),
            ],
            crown: center + [0, head * 0.8, 0],
            crownRadius: head * 0.7,
            neck: center - [0, head * 0.85, 0],
            neckRadius: 0.34,
            face: center + [0, head * 0.2, head * 0.88],
            faceHalfWidth: head * 0.8
        )
    }
}
