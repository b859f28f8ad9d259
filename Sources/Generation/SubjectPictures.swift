package import Imaging

/// A subject's reference pictures, read and ready.
package struct SubjectPictures: Sendable {
    /// The class noun as it stands in the prompt.
    package let className: String
    /// At least one picture.
    package let images: [RGBImage]
    /// γ of the subject's visual branch.
    package let scale: Float

    package init(className: String, images: [RGBImage], scale: Float) {
        precondition(!images.isEmpty, "a subject has at least one picture")
        self.className = className
        self.images = images
        self.scale = scale
    }
}
