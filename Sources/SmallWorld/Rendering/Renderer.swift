internal import Imaging

/// Takes pictures of the small world by sphere tracing: each ray walks as far as nothing can be in its way.
///
/// Rays go sixteen at a time through a grid twice as fine as the picture, whose 2×2 squares are averaged.
package struct Renderer: Sendable {
    /// The pictures' width and height.
    package let side: Int

    /// Creates a renderer of pictures `side` pixels wide and high.
    package init(side: Int = 64) {
        precondition(side > 0, "a rendered picture has at least one pixel")
        self.side = side
    }

    /// Returns the picture of a description. The same description gives the same bytes on any machine of one
    /// kind.
    package func render(_ description: PictureDescription) -> RenderedPicture {
        let shot = Shot(description)
        var sums = [Float](repeating: 0, count: side * side * 3)
        var cover = [Float](repeating: 0, count: side * side)
        var offsets = Lanes.zero
        for lane in 0..<Lanes.scalarCount { offsets[lane] = Float(lane) + 0.5 }
        for row in 0..<(2 * side) {
            let y = Lanes(repeating: 1 - (Float(row) + 0.5) / Float(side))
            for block in stride(from: 0, to: 2 * side, by: Lanes.scalarCount) {
                let x = (offsets + Float(block)) * (1 / Float(side)) - 1
                let sample = shot.sample(x: x, y: y)
                let first = row / 2 * side + block / 2
                let red = sample.color.x.evenHalf + sample.color.x.oddHalf
                let green = sample.color.y.evenHalf + sample.color.y.oddHalf
                let blue = sample.color.z.evenHalf + sample.color.z.oddHalf
                let covered = sample.subject.evenHalf + sample.subject.oddHalf
                for pixel in 0..<min(8, side - block / 2) {
                    sums[(first + pixel) * 3] += red[pixel]
                    sums[(first + pixel) * 3 + 1] += green[pixel]
                    sums[(first + pixel) * 3 + 2] += blue[pixel]
                    cover[first + pixel] += covered[pixel]
                }
            }
        }
        let photo = RGBImage(width: side, height: side, pixels: sums.map(Renderer.byte))
        let mask = Mask(width: side, height: side, values: cover.map(Renderer.byte))
        return RenderedPicture(
            image: description.style.applied(to: photo, subject: mask),
            mask: mask,
            description: description
        )
    }

    /// The byte of four samples' sum.
    private static func byte(_ sum: Float) -> UInt8 {
        UInt8(max(0, min(255, sum * (255.0 / 4) + 0.5)))
    }
}
