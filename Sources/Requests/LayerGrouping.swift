/// Which cross-attention layers share one textual feature of S⁺.
package enum LayerGrouping: String, CaseIterable, Sendable {
    /// One feature per layer for SD v1.5, one per `Transformer2D` for SDXL.
    case automatic = "auto"
    /// One feature per cross-attention layer (SDXL: 70).
    case attention
    /// One feature per `Transformer2D` (SDXL: 11).
    case block
}
