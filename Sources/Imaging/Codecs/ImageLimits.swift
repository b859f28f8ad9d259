/// How much a picture file may ask for; checked against its header before memory is taken.
package struct ImageLimits: Sendable, Equatable {
    /// The largest file, in bytes.
    package var bytes: Int
    /// The most pixels of a decoded picture. JPEG files above it are decoded at a fraction of their size, up to
    /// sixteen times as many; progressive ones, which take memory for all of them, up to twice.
    package var pixels: Int
    /// The largest PNG chunk of any kind but pixels, in bytes.
    package var chunkBytes: Int
    /// The most scans of a progressive JPEG file.
    package var scans: Int

    /// Creates limits; the defaults let any camera's pictures pass.
    package init(
        bytes: Int = 64 << 20,
        pixels: Int = 64_000_000,
        chunkBytes: Int = 4 << 20,
        scans: Int = 200
    ) {
        self.bytes = bytes
        self.pixels = pixels
        self.chunkBytes = chunkBytes
        self.scans = scans
    }
}
