package import Tensors

/// A subject of a sampling.
package struct GuidedSubject: Sendable {
    /// The features of its pictures, as `SubjectEncoder.joined` leaves them.
    package let imageFeatures: Tensor
    /// γ: the weight of its visual branch.
    package let scale: Float
    /// Where it may appear, `[1, h, w]` in 0…1, given by the user; `nil` for anywhere.
    package let region: Tensor?

    /// Creates a subject; the paper's γ is 1.
    package init(imageFeatures: Tensor, scale: Float = 1, region: Tensor? = nil) {
        self.imageFeatures = imageFeatures
        self.scale = scale
        self.region = region
    }
}
