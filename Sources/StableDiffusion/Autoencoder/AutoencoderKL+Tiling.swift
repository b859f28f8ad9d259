package import Tensors

extension AutoencoderKL {
    /// What latents' sides of tiles are multiples of, so that a quarter of one is a whole number.
    package static let tileGranule = 4

    /// The pictures of latents `[N, h, w, C]`, decoded tile by tile: `[N, f·h, f·w, 3]`.
    ///
    /// It takes the memory of one tile, and a little more time. Normalisations and the attention of the middle
    /// see one tile at a time, so tones may differ a little from those of `decode(_:)`. Latents that fit in
    /// one tile are decoded at once. Matches diffusers `AutoencoderKL.tiled_decode`: tiles overlap by a
    /// quarter, and blend linearly over a quarter.
    ///
    /// - Parameter tileSide: The sides of a tile in latents, a multiple of `tileGranule`.
    package func decode(_ latents: Tensor, tileSide: Int) -> Tensor {
        precondition(
            tileSide > 0 && tileSide.isMultiple(of: AutoencoderKL.tileGranule),
            "tiles of \(tileSide) latents cannot overlap by a quarter"
        )
        let (height, width) = (latents.shape[1], latents.shape[2])
        guard max(height, width) > tileSide else { return decode(latents) }
        let distance = tileSide * 3 / 4
        let side = tileSide * configuration.reductionFactor
        let overlap = side / 4
        var above: [Tensor] = []
        var rows: [Tensor] = []
        for top in stride(from: 0, to: height, by: distance) {
            let row = latents.sliced(axis: 1, top..<min(top + tileSide, height))
            var tiles: [Tensor] = []
            for left in stride(from: 0, to: width, by: distance) {
                var tile = decode(row.sliced(axis: 2, left..<min(left + tileSide, width)))
                if top > 0 {
                    tile = tile.blended(after: above[tiles.count], axis: 1, over: overlap)
                }
                if let before = tiles.last {
                    tile = tile.blended(after: before, axis: 2, over: overlap)
                }
                tiles.append(tile)
            }
            rows.append(
                concatenated(
                    tiles.map {
                        $0.sliced(axis: 1, 0..<min(side - overlap, $0.shape[1]))
                            .sliced(axis: 2, 0..<min(side - overlap, $0.shape[2]))
                    },
                    axis: 2
                )
            )
            above = tiles
        }
        return concatenated(rows, axis: 1)
    }
}

extension Tensor {
    /// This tile `[N, H, W, C]`, whose first rows (columns) grow out of the last ones of the tile before it.
    fileprivate func blended(after other: Tensor, axis: Int, over extent: Int) -> Tensor {
        let extent = min(other.shape[axis], shape[axis], extent)
        let shares = (0..<extent).map { Float($0) / Float(extent) }
        let share = Tensor(shares, shape: axis == 1 ? [1, extent, 1, 1] : [1, 1, extent, 1])
        let last = other.sliced(axis: axis, other.shape[axis] - extent..<other.shape[axis])
        let first = sliced(axis: axis, 0..<extent)
        return concatenated(
            [last * (1 - share) + first * share, sliced(axis: axis, extent..<shape[axis])],
            axis: axis
        )
    }
}
