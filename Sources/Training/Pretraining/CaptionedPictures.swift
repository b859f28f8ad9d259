package import Imaging

/// Where the base models' training pictures come from.
package protocol CaptionedPictures: AnyObject {
    /// The batch of one micro-batch of a step; the same numbers give the same batch.
    func batch(step: Int, microBatch: Int) throws -> CaptionedBatch
}

/// Pictures and what they show.
package struct CaptionedBatch: Sendable {
    /// Pictures of one size.
    package let images: [RGBImage]
    /// One caption per picture.
    package let captions: [String]
    /// How long the batch was waited for.
    package let dataWait: Duration

    package init(images: [RGBImage], captions: [String], dataWait: Duration = .zero) {
        precondition(images.count == captions.count && !images.isEmpty, "one caption per picture")
        self.images = images
        self.captions = captions
        self.dataWait = dataWait
    }
}
