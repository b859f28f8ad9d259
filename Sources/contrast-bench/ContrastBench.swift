internal import ArgumentParser

/// Times parts of the engine; `scripts/bench` runs it beside PyTorch and others.
@main
struct ContrastBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contrast-bench",
        abstract: "Times parts of the engine and prints how many seconds each pass took, as JSON.",
        subcommands: [
            AdapterStepCommand.self, DenoiserStepCommand.self, KernelsCommand.self,
        ]
    )
}
