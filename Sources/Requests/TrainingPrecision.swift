/// Numbers that matrix products of a training take. There is one so far, and a request for any other is refused
/// rather than computed in it without a word.
package enum TrainingPrecision: String, CaseIterable, Sendable {
    case float32
}
