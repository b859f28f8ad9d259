/// How the textual queries encode timestep and layer; the defaults are NeTI's.
package struct SpatiotemporalSettings: Sendable, Equatable, Codable {
    /// F: how many random frequencies.
    package let frequencyCount: Int
    /// σ of the timestep's frequencies, per timestep of 0…999.
    package let timestepDeviation: Float
    /// σ of the layer's frequencies, per layer.
    package let layerDeviation: Float
    /// How many timesteps, evenly spread over 0…999, the anchors of each layer sit at.
    package let anchorsPerLayer: Int

    /// Creates settings.
    package init(
        frequencyCount: Int = 1024,
        timestepDeviation: Float = 0.03,
        layerDeviation: Float = 2,
        anchorsPerLayer: Int = 10
    ) {
        self.frequencyCount = frequencyCount
        self.timestepDeviation = timestepDeviation
        self.layerDeviation = layerDeviation
        self.anchorsPerLayer = anchorsPerLayer
    }
}
