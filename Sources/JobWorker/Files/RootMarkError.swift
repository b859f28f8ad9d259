/// A folder of outputs or of the exchange that belongs to another queue.
struct RootMarkError: Error, CustomStringConvertible {
    /// The setting that names the folder.
    let setting: WorkerSetting
    /// The names of the queues.
    let found: String
    let expected: String

    var description: String {
        "expected \(setting == .exchange ? "an exchange" : "an output root") of this queue (\(expected)), found one of "
            + "another (\(found)), whose files would be mixed up with this one's; choose another \(setting.rawValue), or "
            + "remove its file .contrast-queue if the other queue is gone for good"
    }
}
