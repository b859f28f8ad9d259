package import Imaging

/// A picture of the small world and where its subject is.
package struct RenderedPicture: Sendable {
    /// The picture.
    package var image: RGBImage
    /// How much of each pixel the subject covers, without what it wears; exact but for anti-aliasing.
    package var mask: Mask
    /// What was rendered.
    package var description: PictureDescription
}
