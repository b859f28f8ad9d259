/// Pictures that training makes of itself: the same prompts and seeds each time.
package struct ValidationSettings: Equatable, Sendable {
    package let prompts: [String]
    /// Steps between grids.
    package let stepInterval: Int
    /// Seed of the first picture; the others follow.
    package let seed: Int

    init(_ fields: RequestReader) throws(RequestError) {
        prompts = try fields.texts(
            "validation_prompts",
            count: 0...16,
            length: 1...2000,
            absent: "one per kind of edit",
            "Prompts of the validation grids; `{subject}` stands for the class noun."
        )
        stepInterval = try fields.integer(
            "validation_steps",
            default: 500,
            in: 0...1_000_000,
            "Steps between validation grids; 0 makes none."
        )
        seed = try fields.integer(
            "validation_seed",
            default: 0,
            in: Seed.range,
            "Seed of the validation pictures."
        )
    }
}
