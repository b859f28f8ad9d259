internal import Layers

/// What the layers of text and vision models have in common.
struct CLIPLayerSizes {
    let layerCount: Int
    let width: Int
    let intermediateWidth: Int
    let headCount: Int
    let activation: CLIPActivation
    let epsilon: Float

    /// First values of maps whose output is attended to or added to the residual stream.
    ///
    /// Deeper models start with smaller ones, as OpenAI's and transformers' do.
    var innerInitialization: Initialization {
        .normal(standardDeviation: 1 / Float(2 * width * layerCount).squareRoot())
    }

    /// First values of attention's output map.
    var outputInitialization: Initialization {
        .normal(standardDeviation: 1 / Float(width).squareRoot())
    }

    /// First values of the map into the nonlinearity.
    var hiddenInitialization: Initialization {
        .normal(standardDeviation: 1 / Float(2 * width).squareRoot())
    }
}

extension CLIPTextConfiguration {
    var layerSizes: CLIPLayerSizes {
        CLIPLayerSizes(
            layerCount: layerCount,
            width: width,
            intermediateWidth: intermediateWidth,
            headCount: headCount,
            activation: activation,
            epsilon: epsilon
        )
    }
}

extension CLIPVisionConfiguration {
    var layerSizes: CLIPLayerSizes {
        CLIPLayerSizes(
            layerCount: layerCount,
            width: width,
            intermediateWidth: intermediateWidth,
            headCount: headCount,
            activation: activation,
            epsilon: epsilon
        )
    }
}
