package import Imaging

/// A base model that paints captions.
package protocol CaptionPainter {
    /// What the user calls the base.
    var name: String { get }
    /// SHA-256 of its UNet.
    var sha256: String { get }
    /// The side of its pictures in pixels.
    var pictureSide: Int { get }

    /// The picture of a caption; the same seed gives the same picture.
    ///
    /// - Parameter stepDone: Called after each sampler step with how many are done; may throw to stop.
    func picture(
        of caption: String,
        seed: Int,
        stepDone: (Int) throws -> Void
    ) throws -> RGBImage
}
