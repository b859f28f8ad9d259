internal import ArgumentParser

/// Jobs that come by the clock.
struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Enqueue jobs by the clock.",
        subcommands: [
            ScheduleAddCommand.self, ScheduleListCommand.self, ScheduleRemoveCommand.self,
        ],
        defaultSubcommand: ScheduleListCommand.self
    )
}
