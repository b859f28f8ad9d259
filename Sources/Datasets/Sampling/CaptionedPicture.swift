package import Imaging

/// A picture and its caption: what base models learn from.
package struct CaptionedPicture: Sendable {
    /// The picture, square.
    package var image: RGBImage
    /// Its words.
    package var caption: String
}
