/// Numbers that matrix products take. What they sum up, and everything between products, is float32.
package enum ProductPrecision: Hashable, Sendable {
    /// The values as they are.
    case float32
    /// Both sides rounded to bfloat16: half the memory for weights, and less time where the processor
    /// multiplies pairs of them.
    case bfloat16
}
