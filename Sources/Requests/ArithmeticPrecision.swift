/// Numbers that matrix products take; sums are always float32.
package enum ArithmeticPrecision: String, CaseIterable, Sendable {
    case float32
    case bfloat16
}
