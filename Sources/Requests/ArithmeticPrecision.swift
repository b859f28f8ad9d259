/// Numbers that matrix products take; sums, and everything between products, are always float32.
package enum ArithmeticPrecision: String, CaseIterable, Sendable {
    case float32
    case bfloat16

    /// All of them, as a sentence lists them.
    package static var words: String { allCases.map(\.rawValue).joined(separator: " or ") }
}
