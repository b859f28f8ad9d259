package import Layers
package import Tensors

/// The queries of the textual Q-Former, `f_q^st` of section 3.2: one per S⁺ component and a CLS query,
/// each knowing its layer and the timestep.
///
///     q_a(t) = E_a + B (A v(t, a))        a = 0…l, where a = l is the CLS query
///
/// v are Fourier features, E learnt embeddings, A NeTI's anchor layer (its rows start as the features of
/// anchors spread over timesteps and layers) and B a linear map to the Q-Former's width.
package struct SpatiotemporalQueries {
    let features: FourierFeatures
    /// E, `[l + 1, width]`.
    let embeddings: Parameter
    /// A.
    let anchors: Linear
    /// B.
    let projection: Linear

    /// Creates the queries of `layerCount` components and CLS, `width` wide.
    package init(
        _ scope: ParameterScope,
        layerCount: Int,
        width: Int,
        settings: SpatiotemporalSettings
    ) throws {
        features = try FourierFeatures(scope, settings: settings)
        embeddings = try scope.parameter(
            "embeddings",
            shape: [layerCount + 1, width],
            initialization: .normal(standardDeviation: 1 / Float(width).squareRoot())
        )
        let points = Self.anchorPoints(layerCount: layerCount, perLayer: settings.anchorsPerLayer)
        anchors = try Linear(
            scope["anchors"],
            from: 2 * settings.frequencyCount,
            to: points.shape[0]
        )
        // A fresh anchor layer starts as its anchors' features; a loaded one has its own.
        if !scope["anchors"].contains("weight") { anchors.weight.update(to: features(points)) }
        projection = try Linear(scope["projection"], from: points.shape[0], to: width)
    }

    /// The queries at each sample's timestep (0…999), `[N, l + 1, width]`.
    package func callAsFunction(timesteps: [Float]) -> Tensor {
        let (rows, width) = (embeddings.shape[0], embeddings.shape[1])
        let points = timesteps.flatMap { t in (0..<rows).flatMap { [t, Float($0)] } }
        let v = features(Tensor(points, shape: [timesteps.count * rows, 2]))
        let moved = projection(anchors(v)).reshaped(to: [timesteps.count, rows, width])
        return embeddings.tensor + moved
    }

    /// Evenly spread timesteps × all layers, `[perLayer · layerCount, 2]`.
    static func anchorPoints(layerCount: Int, perLayer: Int) -> Tensor {
        let spacing = Float(1000 / perLayer)
        let points = (0..<perLayer).flatMap { step in
            (0..<layerCount).flatMap { [Float(step) * spacing, Float($0)] }
        }
        return Tensor(points, shape: [perLayer * layerCount, 2])
    }
}
