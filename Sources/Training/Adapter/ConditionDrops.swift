internal import Tensors

/// How often conditions are hidden in training, so that guidance has something to lead away from.
///
/// One uniform draw decides, so the three cases exclude each other (as in IP-Adapter's training script).
package struct ConditionDrops: Sendable, Equatable {
    /// The share of samples without their reference picture.
    package let image: Float
    /// The share without their caption.
    package let text: Float
    /// The share without either.
    package let both: Float

    /// Creates rates that sum to at most 1; IP-Adapter's are 5 % each.
    package init(image: Float = 0.05, text: Float = 0.05, both: Float = 0.05) {
        precondition(image + text + both <= 1, "the rates sum to at most 1")
        self.image = image
        self.text = text
        self.both = both
    }

    /// What one sample keeps.
    func draw(from random: inout PhiloxSource) -> (image: Bool, text: Bool) {
        let chance = random.nextUniform()
        if chance < image { return (false, true) }
        if chance < image + text { return (true, false) }
        if chance < image + text + both { return (false, false) }
        return (true, true)
    }
}
