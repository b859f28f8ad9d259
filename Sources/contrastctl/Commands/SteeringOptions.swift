internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Which jobs a command steers, and how it tells what became of them.
struct SteeringOptions: ParsableArguments {
    @Argument(help: "Numbers of the jobs.")
    var ids: [Int] = []

    @OptionGroup(title: "Instead of numbers") var choice: ChoiceOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if ids.isEmpty, !choice.isGiven {
            throw ValidationError(
                "expected the numbers of jobs, or a choice such as --state failed --since 1d"
            )
        }
        if !ids.isEmpty, choice.isGiven {
            throw ValidationError("expected either the numbers of jobs or a choice, found both")
        }
    }

    /// The jobs, the oldest first: those that others need come before these.
    func chosen(_ queue: PostgresJobStore) throws(QueueError) -> [Int] {
        ids.isEmpty ? try queue.jobs(choice.filter).map(\.id).sorted() : ids
    }

    /// Does something to each job and prints the queue's answers. Of chosen jobs one that is refused does not keep
    /// the command from the others.
    func each(_ body: (PostgresJobStore, Int) throws(QueueError) -> String) throws {
        try connection.withQueue { queue in
            let ids = try chosen(queue)
            if ids.isEmpty { Terminal.complain("contrastctl: there are no such jobs") }
            var isComplete = true
            for id in ids {
                if choice.dryRun {
                    tell(id, "chosen")
                    continue
                }
                do throws(QueueError) {
                    tell(id, try body(queue, id))
                } catch {
                    guard self.ids.isEmpty else { throw error }
                    switch error {
                    case .badRequest, .notFound: tell(id, "refused: \(error)")
                    default: throw error
                    }
                    isComplete = false
                }
            }
            if !isComplete { throw ExitCode(1) }
        }
    }

    private func tell(_ id: Int, _ answer: String) {
        if output.json {
            let line: JSONValue = ["id": .integer(id), "answer": .string(answer)]
            Terminal.print(line.text())
        } else {
            Terminal.print("\(id)  \(Terminal.printable(answer))")
        }
    }
}
