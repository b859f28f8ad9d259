package import Tensors

/// A token of the text that stands for a subject.
package struct PlaceholderAttention {
    /// The token's position in each sample; `nil` for samples without it.
    package var columns: [Int?]
    /// `[N, h, w]`: what the attention to the token is multiplied by after the softmax, resized to each
    /// layer; the attention to other tokens stays as it is. `nil` for nothing.
    package var mask: Tensor?

    /// Creates a placeholder.
    package init(columns: [Int?], mask: Tensor? = nil) {
        self.columns = columns
        self.mask = mask
    }
}
