/// What stands behind a subject in one picture: a scene with its chance details.
struct Backdrop: Sendable {
    /// The scene.
    let scene: Scene
    /// The height of the horizon in the picture: −1 at its lower edge, 1 at its upper one.
    let horizon: Float
    /// How far the texture is shifted, so that no two pictures show the same bricks.
    let shift: SIMD2<Float>
    /// Where the sun, the moon or a cloud is: −1…1 across and 0…1 from the horizon to the upper edge.
    let landmark: SIMD2<Float>
    /// How bright everything is, about 1.
    let brightness: Float
    /// The tint of a studio's wall.
    let tint: SIMD3<Float>

    /// Draws the details of a scene.
    init(_ scene: Scene, seed: UInt64) {
        var random = CounterGenerator(seed: seed, stream: 0xBACD)
        self.scene = scene
        horizon = random.number(in: -0.05...0.3)
        shift = [random.number(in: 0...64), random.number(in: 0...64)]
        landmark = [
            random.number(in: 0.35...0.85) * (random.happens(0.5) ? 1 : -1),
            random.number(in: 0.45...0.8),
        ]
        brightness = random.number(in: 0.92...1.06)
        tint = Backdrop.tints[random.integer(below: Backdrop.tints.count)]
    }

    private static let tints: [SIMD3<Float>] = [
        [0.82, 0.82, 0.82], [0.62, 0.63, 0.65], [0.86, 0.82, 0.74], [0.72, 0.80, 0.86],
        [0.80, 0.86, 0.78],
        [0.88, 0.79, 0.80],
    ]

    /// The colours at sixteen places of the picture, each −1…1 from the left and from below.
    func colors(x: Lanes, y: Lanes) -> LaneVector {
        // The ground recedes: its depth grows without bound towards the horizon.
        let height = y - horizon
        let depth = 0.5 / maximum(-height, 0.02)
        let groundX = x * depth + shift.x
        let groundZ = depth * 1.4 + shift.y
        let color =
            switch scene {
            case .studio: studio(x, y)
            case .beach: beach(x, height, groundX, groundZ)
            case .grass: grass(x, height, groundX, groundZ)
            case .snow: snow(x, y, height, groundX, groundZ)
            case .night: night(x, height, groundX, groundZ)
            case .wood: wood(x, height, groundX, depth)
            case .brick: brick(x, y)
            case .sunset: sunset(x, height)
            }
        return color * Lanes(repeating: brightness)
    }

    /// Whether a shadow shows at sixteen heights: below the horizon, or anywhere in a studio.
    func showsShadow(y: Lanes) -> LaneMask {
        scene == .studio ? y .< 2 : y .< (scene == .brick ? -0.35 : horizon - 0.02)
    }
}
