package import Tensors

/// What SDXL's denoiser knows besides the timestep and the text: the pooled text and sizes in pixels.
package struct AddedConditioning {
    /// `[N, P]`, the pooled embedding of the second text encoder.
    package var pooledTextEmbedding: Tensor
    /// Per sample, in this order: original height and width, the crop's top and left, target height and
    /// width.
    package var timeIDs: [[Float]]

    /// Creates the conditioning.
    package init(pooledTextEmbedding: Tensor, timeIDs: [[Float]]) {
        self.pooledTextEmbedding = pooledTextEmbedding
        self.timeIDs = timeIDs
    }
}
