/// What packed panels hold, and so what a product with them takes.
package enum PanelPrecision: Hashable, Sendable {
    /// The values as they are.
    case float32
    /// The values rounded to bfloat16, two rows side by side in 32 bits: half the memory, and half the time
    /// where the processor multiplies pairs. A product rounds its left side too; sums stay float32.
    case bfloat16

    /// The rows that share one stored row.
    var rowsPerStoredRow: Int { self == .float32 ? 1 : 2 }
}
