/// The light a picture is taken in.
package struct Light: Sendable, Hashable, Codable {
    /// The angle in degrees from the camera, positive to the right.
    package var azimuth: Float
    /// The angle in degrees above the ground.
    package var elevation: Float
    /// How much brighter lit sides are than shaded ones, 0–1.
    package var contrast: Float
    /// How bright everything is, about 1.
    package var strength: Float

    /// Creates a light.
    package init(
        azimuth: Float = -35,
        elevation: Float = 50,
        contrast: Float = 0.5,
        strength: Float = 1
    ) {
        self.azimuth = azimuth
        self.elevation = elevation
        self.contrast = contrast
        self.strength = strength
    }

    /// Draws a light.
    package init(using random: inout CounterGenerator) {
        self.init(
            azimuth: random.number(in: -70...70),
            elevation: random.number(in: 30...70),
            contrast: random.number(in: 0.35...0.6),
            strength: random.number(in: 0.9...1.08)
        )
    }
}
