/// Where a picture is taken from.
package struct Viewpoint: Sendable, Hashable, Codable {
    /// The angle in degrees around the subject, from the side it is best seen from.
    package var azimuth: Float
    /// The angle in degrees above the ground.
    package var elevation: Float
    /// The distance from the subject's middle; subjects have a radius of about 1.
    package var distance: Float
    /// How far the subject is moved right and up in the picture; ±1 is an edge.
    package var shift: SIMD2<Float>

    /// Creates a viewpoint.
    package init(
        azimuth: Float,
        elevation: Float,
        distance: Float = 5.4,
        shift: SIMD2<Float> = .zero
    ) {
        self.azimuth = azimuth
        self.elevation = elevation
        self.distance = distance
        self.shift = shift
    }

    /// Draws a viewpoint: most of an orbit, a little above the ground.
    package init(using random: inout CounterGenerator) {
        self.init(
            azimuth: random.number(in: -50...50),
            elevation: random.number(in: 8...30),
            distance: random.number(in: 5.0...6.2),
            shift: [random.number(in: -0.1...0.1), random.number(in: -0.06...0.06)]
        )
    }
}
