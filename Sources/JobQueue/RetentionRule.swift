/// How long ended jobs of a kind are kept.
package struct RetentionRule: Sendable, Equatable {
    /// A kind, or `*` for the kinds without a rule of their own.
    package let kind: String
    package let seconds: Double
    /// Whether their files go with their rows.
    package let removesFiles: Bool
}
