/// When training writes what it needs to go on after an interruption.
package struct CheckpointSettings: Equatable, Sendable {
    /// Steps between checkpoints; nil leaves it to the seconds.
    package let stepInterval: Int?
    /// Seconds between checkpoints.
    package let secondsInterval: Int

    init(_ fields: RequestReader) throws(RequestError) {
        stepInterval = try fields.optionalInteger(
            "checkpointing_steps",
            in: 1...1_000_000,
            absent: "by time alone",
            "Steps between checkpoints."
        )
        secondsInterval = try fields.integer(
            "checkpointing_seconds",
            default: 300,
            in: 1...86_400,
            "Longest time between checkpoints, in seconds."
        )
    }
}
