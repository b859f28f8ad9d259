package import CustomContrast

/// Why a training cannot go on.
package enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// The loss or its gradient was not finite several steps in a row; in which layer that began, if it
    /// was in the forward pass.
    case diverged(step: Int, quantity: String, skipped: Int, layer: String?)
    /// A checkpoint does not belong to this training; what differs, here and there.
    case foreignCheckpoint(expected: String, found: String)
    /// A checkpoint lacks an entry.
    case incompleteCheckpoint(key: String)
    /// The data set has too little for what the training asks.
    case tooLittleData(expected: String, found: String)
    /// A caption or a validation prompt has no place for the subject.
    case unusableText(name: String, reason: SubjectPromptError)

    package var description: String {
        switch self {
        case .diverged(let step, let quantity, let skipped, let layer):
            """
            The training diverged at step \(step): \(quantity) was not a finite number in \(skipped) \
            steps in a row\(layer.map { ", first in the layer \($0)" } ?? ""); lower the learning rate, \
            or look at the data and for damaged weights.
            """
        case .foreignCheckpoint(let expected, let found):
            """
            The checkpoint belongs to another training: expected \(expected), found \(found); \
            enqueue a new job instead of changing this one.
            """
        case .incompleteCheckpoint(let key):
            "The checkpoint lacks the entry \(key); an older checkpoint is needed."
        case .tooLittleData(let expected, let found):
            """
            The data set is too small: expected \(expected), found \(found); add pictures or lower \
            train_batch_size.
            """
        case .unusableText(let name, let reason):
            "The \(name) cannot be used: \(reason)"
        }
    }
}
