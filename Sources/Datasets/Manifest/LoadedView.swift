package import Imaging

/// A picture of a subject, decoded.
package struct LoadedView: Sendable {
    /// The picture, upright.
    package var image: RGBImage
    /// Where its subject is, of the picture's size; `nil` when the data set does not tell.
    package var mask: Mask?

    /// Creates a view from a picture and its mask.
    package init(image: RGBImage, mask: Mask?) {
        self.image = image
        self.mask = mask
    }

    /// The middle square of the picture and its mask at `side` × `side` pixels.
    ///
    /// Matches the usual training transform: shorter side resized bilinearly, then the centre cropped.
    package func squared(side: Int) -> LoadedView {
        let short = min(image.width, image.height)
        let width = max(side, image.width * side / short)
        let height = max(side, image.height * side / short)
        let rectangle = PixelRectangle(
            x: (width - side) / 2,
            y: (height - side) / 2,
            width: side,
            height: side
        )
        return LoadedView(
            image: image.resized(width: width, height: height, filter: .bilinear)
                .cropped(to: rectangle),
            mask: mask?.resized(width: width, height: height).cropped(to: rectangle)
        )
    }
}
