/// Numbers that matrix products take; sums are always float32. There is one so far, and a request for any
/// other is refused rather than computed in it without a word.
package enum ArithmeticPrecision: String, CaseIterable, Sendable {
    case float32
}
