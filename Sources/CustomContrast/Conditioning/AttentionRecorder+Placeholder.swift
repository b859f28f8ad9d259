package import StableDiffusion
package import Tensors

extension AttentionRecorder {
    /// Per layer, how much each cell attended to a placeholder, `[N, H, W]`.
    package func maps(ofPlaceholder index: Int) -> [Tensor] { maps.map { $0[index] } }
}
