package import StableDiffusion

/// Which cross-attention layers share a component of S⁺.
package enum ComponentGrouping: String, Sendable, Codable, CaseIterable {
    /// Each layer has its own: 16 in Stable Diffusion 1.5, 70 in SDXL, one text pass each.
    case attention
    /// The layers of one transformer (`Transformer2D`) share one: 16 and 11. The same thing in Stable
    /// Diffusion 1.5, a sixth of the text passes in SDXL.
    case block

    /// For each layer in execution order, the number of its component.
    package func components(_ layers: [CrossAttentionLayer]) -> [Int] {
        switch self {
        case .attention: Array(layers.indices)
        case .block: layers.map(\.groupIndex)
        }
    }

    /// l: how many components there are.
    package func componentCount(_ layers: [CrossAttentionLayer]) -> Int {
        (components(layers).max() ?? -1) + 1
    }
}
