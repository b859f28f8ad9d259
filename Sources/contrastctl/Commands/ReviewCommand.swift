internal import ArgumentParser
internal import JobQueue

/// Writes a page about jobs for a browser.
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Write a page about jobs: pictures, curves, attempts, files.",
        discussion: """
            One HTML file without script. Its pictures are links to the files themselves:

              contrastctl review 12 13 --outputs /srv/contrast/outputs > jobs.html
            """
    )

    @Argument(help: "Numbers of the jobs.")
    var ids: [Int]

    @Option(
        name: .long,
        help: "The workers' output root, as a path from the page or an absolute one.",
        completion: .directory
    )
    var outputs: String

    @OptionGroup var connection: ConnectionOptions

    private static let logLineCount = 40

    func run() throws {
        let jobs = try connection.withQueue { queue in
            try ids.map { id in
                guard let summary = try queue.job(id) else { throw Failure.noJob(id) }
                return ReviewedJob(
                    summary: summary,
                    attempts: try queue.attempts(of: id),
                    outputs: try queue.outputs(of: id),
                    metrics: try queue.metrics(of: id),
                    log: try queue.logTail(of: id, limit: Self.logLineCount)
                )
            }
        }
        let page = ReviewPage(jobs: jobs, links: ReviewLinks(outputs: outputs))
        Terminal.print(try page.html())
    }
}
