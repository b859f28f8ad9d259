package import Layers
package import Tensors

/// Random Fourier features of a timestep t and a layer a, as NeTI encodes them:
///
///     v(t, a) = [sin(w·(t, a)), cos(w·(t, a))] / √F
///
/// The F frequencies w are drawn once and never trained; they are stored with the adapter, because
/// another draw would be another encoding. Inner products of v fall like a Gaussian of the distance:
/// with the default deviations, 33 timesteps apart give e^−½, neighbouring layers 0.14.
package struct FourierFeatures {
    /// Standard normal draws `[F, 2]`, before the deviations of timestep and layer.
    let frequencies: Parameter
    /// The deviations of timestep and layer, `[1, 2]`.
    let deviations: Tensor

    /// Creates the features.
    package init(_ scope: ParameterScope, settings: SpatiotemporalSettings) throws {
        frequencies = try scope.parameter(
            "frequencies",
            shape: [settings.frequencyCount, 2],
            initialization: .normal(standardDeviation: 1)
        )
        frequencies.isTrainable = false
        if !scope.contains("frequencies") {
            // Adapters may be stored as float16: what is drawn must survive that, because a phase is as
            // wrong as its frequency times up to 1000 timesteps.
            let stored = frequencies.tensor.values.map { Float(Float16($0)) }
            frequencies.update(to: Tensor(stored, shape: frequencies.shape))
        }
        deviations = Tensor(
            [settings.timestepDeviation, settings.layerDeviation],
            shape: [1, 2]
        )
    }

    /// `v(t, a)` for each point (t, a) of `[P, 2]`: `[P, 2F]`, every row of norm 1.
    package func callAsFunction(_ points: Tensor) -> Tensor {
        let w = frequencies.tensor * deviations
        let angles = matrixMultiply(points, w, transposingRight: true)  // [P, F]
        let norm = Float(w.shape[0]).squareRoot()
        return concatenated([angles.sine(), angles.cosine()], axis: 1) / norm
    }
}
