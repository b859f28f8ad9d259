internal import ArgumentParser

/// The operator's tool: everything that people do with the queue, without linking a tensor.
@main
struct Contrastctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contrastctl",
        abstract: "Puts jobs in the queue, watches them and steers them.",
        discussion: """
            The database is the one of --database, or of CONTRAST_DATABASE_URL, or the one that libpq's own variables \
            (PGHOST, PGDATABASE, …) name.

            Exit codes: 0 ok, 1 error, 2 a job failed, 3 a job was cancelled, 4 not found, 64 usage or a bad payload, \
            69 the database cannot be reached, 75 try again later, 78 the database's schema does not fit.

            Completion: contrastctl --generate-completion-script bash|zsh|fish
            """,
        version: "contrastctl 0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Job",
                subcommands: [
                    EnqueueCommand.self, ListCommand.self, ShowCommand.self, LogsCommand.self,
                    WaitCommand.self, OutputsCommand.self, FetchCommand.self,
                    MetricsCommand.self, ReviewCommand.self,
                ]
            ),
            CommandGroup(
                name: "Steering",
                subcommands: [
                    CancelCommand.self, RetryCommand.self, RequeueCommand.self,
                    HoldCommand.self, ReleaseCommand.self, ReprioritizeCommand.self,
                    PauseCommand.self, ResumeCommand.self, WorkersCommand.self,
                    ScheduleCommand.self, SlotsCommand.self, BudgetCommand.self,
                    AuditCommand.self,
                ]
            ),
            CommandGroup(
                name: "Set-up",
                subcommands: [
                    MigrateCommand.self, DoctorCommand.self, ModelCommand.self,
                    SettingsCommand.self, PruneCommand.self, RetentionCommand.self,
                    VerifyOutputsCommand.self,
                ]
            ),
        ]
    )
}
