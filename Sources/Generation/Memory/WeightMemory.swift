internal import Layers
internal import StableDiffusion
internal import Tensors

/// How much memory weights take in use, told from their shapes.
struct WeightMemory {
    /// Bytes of a value as it is computed with.
    static let valueSize = MemoryLayout<Float>.stride

    /// The weights' shapes.
    let source: any WeightSource
    /// Numbers that matrix products take.
    let precision: ProductPrecision

    /// Weights of a part of a base.
    init(_ source: any WeightSource, precision: ProductPrecision = .float32) {
        self.source = source
        self.precision = precision
    }

    /// How many values there are.
    static func count(of source: any WeightSource) -> Int {
        source.keys.reduce(0) { $0 + (source.shape(of: $1) ?? []).reduce(1, *) }
    }

    /// All weights of a transformer in use: packed for products, tables and the rest as float32.
    static func whole(_ source: any WeightSource, _ precision: ProductPrecision) -> Int {
        source.keys.reduce(0) { sum, key in
            let shape = source.shape(of: key) ?? []
            let isPacked = shape.count > 1 && !key.contains("embedding")
            return sum + shape.reduce(1, *) * (isPacked ? packedSize(precision) : valueSize)
        }
    }

    /// Bytes of a value that is packed for products.
    private static func packedSize(_ precision: ProductPrecision) -> Int {
        precision == .bfloat16 ? 2 : valueSize
    }

    /// What weights take that meet so many rows that none of them stays packed.
    var mapped: Int { source.keys.reduce(0) { $0 + stored($1) } }

    /// What a weight takes in its file.
    private func stored(_ key: String) -> Int {
        (source.shape(of: key) ?? []).reduce(source.storedSize(of: key), *)
    }

    /// What the weights of a UNet take.
    ///
    /// - Parameters:
    ///   - samples: The rows of a pass.
    ///   - size: The latents' height and width.
    ///   - trains: Whether gradients go through them.
    func unet(
        levels: Int,
        samples: Int,
        size: (height: Int, width: Int),
        trains: Bool
    ) -> Int {
        source.keys.reduce(0) { sum, key in
            let shape = source.shape(of: key) ?? []
            let count = shape.reduce(1, *)
            let rows = WeightMemory.rows(of: key, levels: levels, samples: samples, size: size)
            guard shape.count > 1, TensorMemory.keepsPacked(rows: rows, precision: precision)
            else { return sum + stored(key) }
            let packed = count * WeightMemory.packedSize(precision)
            guard trains else { return sum + packed }
            // A convolution's gradient reads a packed form of its own, a linear map's the weight itself.
            let isConvolution = shape.count == 4 && shape[2] * shape[3] > 1
            return sum + packed + (isConvolution ? packed : stored(key))
        }
    }

    /// How many rows (pixels, tokens) a UNet's weight meets in a pass.
    private static func rows(
        of key: String,
        levels: Int,
        samples: Int,
        size: (height: Int, width: Int)
    ) -> Int {
        let parts = key.split(separator: ".")
        if key.contains("time_emb") || key.contains("add_embedding") { return samples }
        if key.contains(".attn2.to_k.") || key.contains(".attn2.to_v.") {
            return samples * MemoryNeed.textLength
        }
        let index = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        var level =
            switch parts.first {
            case "down_blocks": index
            case "mid_block": levels - 1
            case "up_blocks": levels - 1 - index
            default: 0
            }
        if key.contains(".downsamplers.") { level += 1 }
        if key.contains(".upsamplers.") { level -= 1 }
        return samples * (size.height >> level) * (size.width >> level)
    }
}
