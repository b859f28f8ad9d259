internal import ArgumentParser

/// Names for models, and what lies under them.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Register, list and check base models and adapters.",
        discussion: """
            Jobs may name a registered model in place of a path. Its files then have to be what they were when it was \
            registered, or the job is refused.
            """,
        subcommands: [
            ModelAddCommand.self, ModelListCommand.self, ModelCheckCommand.self,
            ModelRemoveCommand.self,
        ]
    )
}
