/// The sizes of a Q-Former.
package struct QFormerDimensions: Sendable, Equatable, Codable {
    /// The width of the image features it reads.
    package let imageWidth: Int
    /// The width inside.
    package let width: Int
    /// How attention splits the width.
    package let heads: HeadLayout
    /// How many layers; the paper has 4.
    package let depth: Int
    /// How much wider the feed-forward blocks are inside.
    package let feedForwardMultiplier: Int
    /// d: the width of what it returns, the UNet's cross-attention width.
    package let outputWidth: Int

    /// Creates dimensions.
    package init(
        imageWidth: Int,
        width: Int,
        heads: HeadLayout,
        depth: Int = 4,
        feedForwardMultiplier: Int = 4,
        outputWidth: Int
    ) {
        self.imageWidth = imageWidth
        self.width = width
        self.heads = heads
        self.depth = depth
        self.feedForwardMultiplier = feedForwardMultiplier
        self.outputWidth = outputWidth
    }
}
