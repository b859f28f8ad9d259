/// The list of cross-attention layers that grows while a UNet is constructed, in execution order.
struct CrossAttentionRegistry {
    private(set) var layers: [CrossAttentionLayer] = []
    private var groupCount = 0

    /// Starts the next transformer.
    mutating func beginGroup() { groupCount += 1 }

    /// Adds a layer to the current transformer and returns its execution index.
    mutating func add(key: String, channels: Int, headCount: Int) -> Int {
        layers.append(
            CrossAttentionLayer(
                key: key,
                executionIndex: layers.count,
                groupIndex: groupCount - 1,
                registrationIndex: 0,
                channels: channels,
                headCount: headCount
            )
        )
        return layers.count - 1
    }

    /// The layers with their registration indices, which are known when all layers are.
    var numbered: [CrossAttentionLayer] {
        var numbered = layers
        let middle = layers.indices.filter { layers[$0].key.contains("mid_block.") }
        let others = layers.indices.filter { !layers[$0].key.contains("mid_block.") }
        for (count, index) in (others + middle).enumerated() {
            numbered[index].registrationIndex = 2 * count + 1
        }
        return numbered
    }
}
