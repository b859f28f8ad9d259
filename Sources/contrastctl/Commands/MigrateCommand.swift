internal import ArgumentParser
internal import Foundation
internal import JobQueue

/// Takes the database's schema to a version.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Create or update the queue's schema.",
        discussion:
            "The files can be run by psql as well. Needs a role that may create roles and schemas."
    )

    @OptionGroup var connection: ConnectionOptions

    @Option(
        name: .long,
        help: "Folder with the migration files. Default: migrations, here or beside the program.",
        completion: .directory
    )
    var migrations: String?

    @Option(name: .long, help: "Version to go to; 0 takes everything away. Default: the newest.")
    var to: Int?

    @Flag(name: .long, help: "Only tell where each migration stands.")
    var status = false

    @Flag(name: .long, help: "Only tell what would be done.")
    var dryRun = false

    @Flag(name: .long, help: "Print the statements too.")
    var showSQL = false

    func run() throws {
        try Failure.explaining {
            let found = try Migration.read(from: try folder())
            let migrator = try Migrator(connection.settings, migrations: found)
            if status {
                print(try migrator.status())
                return
            }
            let steps = dryRun ? try migrator.plan(target: to) : try migrator.migrate(target: to)
            for step in steps {
                let verb = step.isUp ? "applied" : "taken back"
                Terminal.print("\(step.version) \(step.name): \(dryRun ? "to be \(verb)" : verb)")
                if showSQL { Terminal.print(step.script) }
            }
            if steps.isEmpty { Terminal.print("nothing to do") }
        }
    }

    private func print(_ status: [MigrationStatus]) {
        let table = Table(
            [.init("VERSION", .right), .init("NAME"), .init("STATE")],
            rows: status.map { ["\($0.version)", $0.name, Self.words($0.state)] },
            empty: "no migrations"
        )
        Terminal.print(table.text(width: Terminal.width))
    }

    private static func words(_ state: MigrationStatus.State) -> String {
        switch state {
        case .pending: "pending"
        case .applied(let date): "applied \(Phrases.time(date))"
        case .appliedByHand(let date): "applied by psql \(Phrases.time(date))"
        case .drifted: "the file has changed since"
        case .unknown: "no file"
        }
    }

    private func folder() throws -> URL {
        if let migrations { return URL(filePath: migrations) }
        let program = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var places = [URL(filePath: "migrations")]
        var above = program.deletingLastPathComponent()
        for _ in 0..<4 {
            places.append(above.appending(path: "migrations"))
            places.append(above.appending(path: "share/contrast/migrations"))
            above = above.deletingLastPathComponent()
        }
        let found = places.first {
            FileManager.default.fileExists(atPath: $0.appending(path: "0001_tables.up.sql").path)
        }
        guard let found else {
            throw Failure("no migrations found; name their folder with --migrations", code: 64)
        }
        return found
    }
}
