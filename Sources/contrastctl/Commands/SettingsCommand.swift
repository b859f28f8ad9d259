internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Shows or changes the queue's settings.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Show the queue's settings, or change one. Changing needs contrast_admin.",
        discussion: """
            A change counts at once, for everybody and all workers, and is a line of the audit trail. What belongs to \
            one worker is in its own configuration.
            """
    )

    @Argument(help: "Name of a setting; all of them without it.")
    var name: String?

    @Argument(help: "Its new value, a whole number.")
    var value: Int?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try connection.withQueue { queue in
            if let name, let value { try queue.set(name, to: value) }
            output.print(try queue.settings(named: name), as: Self.table) { setting in
                [
                    "name": .string(setting.name),
                    "value": Int(setting.value).map { .integer($0) } ?? .string(setting.value),
                    "least": .init(setting.range?.lowerBound),
                    "most": .init(setting.range?.upperBound),
                    "about": .string(setting.about),
                ]
            }
        }
    }

    private static func table(_ settings: [QueueSetting]) -> Table {
        Table(
            [.init("SETTING"), .init("VALUE", .right), .init("FROM – TO"), .init("WHAT IT DOES")],
            rows: settings.map { setting in
                [
                    setting.name, setting.value,
                    setting.range.map { "\($0.lowerBound) – \($0.upperBound)" } ?? "fixed",
                    setting.about,
                ]
            },
            empty: "there are no settings"
        )
    }
}
