/// Why a probe's input cannot be run.
package enum ProbeError: Error, Equatable {
    /// A tensor of the input has another shape than the component takes.
    case shape(key: String, found: [Int], expected: String)
    /// A component that reads text was given tensors, or the other way round.
    case wrongInput(component: ProbeComponent, expected: String)
    /// An id that the model has no row for.
    case tokenOutOfRange(Int, vocabularySize: Int)
    /// A component that computes in float32 always was asked for something else.
    case precision(component: ProbeComponent)
}

extension ProbeError: CustomStringConvertible {
    /// One sentence: what was expected, what was found and what to do.
    package var description: String {
        switch self {
        case .shape(let key, let found, let expected):
            "The input \"\(key)\" is \(found); the component takes \(expected)."
        case .wrongInput(let component, let expected):
            "The component \(component.rawValue) takes \(expected)."
        case .precision(let component):
            "The component \(component.rawValue) computes in float32 always; leave the precision out."
        case .tokenOutOfRange(let token, let vocabularySize):
            "input_ids has \(token); the model knows the ids 0 to \(vocabularySize - 1)."
        }
    }
}
