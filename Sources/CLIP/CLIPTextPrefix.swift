internal import Tensors

/// The first tokens of texts, run through all layers once, for many continuations.
///
/// The model is causal: tokens do not depend on what follows them.
package struct CLIPTextPrefix: Sendable {
    /// The number of tokens, P.
    package let length: Int
    /// What they offer to later tokens in each layer, `[N, P, C]`.
    let layers: [KeysAndValues]
    /// Before the last layer, `[N, P, C]`.
    let penultimateHiddenState: Tensor
    /// After the last layer, not normalised, `[N, P, C]`.
    let finalHiddenState: Tensor
}
