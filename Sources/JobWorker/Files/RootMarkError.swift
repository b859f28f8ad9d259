/// An output root that belongs to another queue.
struct RootMarkError: Error, CustomStringConvertible {
    /// The names of the queues.
    let found: String
    let expected: String

    var description: String {
        "expected an output root of this queue (\(expected)), found one of another (\(found)), whose files have the "
            + "same names; choose another CONTRAST_OUTPUT_ROOT, or remove its file .contrast-queue if the other "
            + "queue is gone for good"
    }
}
