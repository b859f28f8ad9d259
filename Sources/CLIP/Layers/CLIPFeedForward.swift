internal import Layers
internal import Tensors

/// Two maps with a nonlinearity between them. [N, T, C] → [N, T, C].
///
/// Matches transformers `CLIPMLP`.
struct CLIPFeedForward {
    let fc1: Linear
    let activation: CLIPActivation
    let fc2: Linear

    init(_ scope: ParameterScope, _ sizes: CLIPLayerSizes) throws {
        fc1 = try Linear(
            scope["fc1"],
            from: sizes.width,
            to: sizes.intermediateWidth,
            initialization: sizes.hiddenInitialization
        )
        activation = sizes.activation
        fc2 = try Linear(
            scope["fc2"],
            from: sizes.intermediateWidth,
            to: sizes.width,
            initialization: sizes.innerInitialization
        )
    }

    func callAsFunction(_ x: Tensor) -> Tensor { fc2(activation(fc1(x))) }
}
