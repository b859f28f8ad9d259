internal import ArgumentParser

/// Puts a job in the queue.
struct EnqueueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enqueue",
        abstract: "Put a job in the queue and print its number.",
        discussion: """
            Every field of a payload is explained in docs/JOBS.md. The payload is checked before it is sent.

              contrastctl enqueue generate -p 'a {subject} in snow' -s dog=rex/1.jpg -a job:12
              contrastctl enqueue train -d subjects --steps 2000 --set method.ablation=3
              contrastctl enqueue prepare '{"name": "subjects"}'
              contrastctl enqueue evaluate --set jobs='[128, 129]'
              contrastctl enqueue evaluate '{"zero_shot": {"count": 64}}'
            """,
        subcommands: [
            EnqueueGenerateCommand.self, EnqueueTrainCommand.self, EnqueueAnyCommand.self,
        ],
        defaultSubcommand: EnqueueAnyCommand.self
    )
}
