internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Which jobs a command steers, and how it tells what became of them.
struct SteeringOptions: ParsableArguments {
    @Argument(help: "Numbers of the jobs.")
    var ids: [Int]

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    /// Does something to each job and prints the queue's answers.
    func each(_ body: (PostgresJobStore, Int) throws(QueueError) -> String) throws {
        try connection.withQueue { queue in
            for id in ids {
                let answer = try body(queue, id)
                if output.json {
                    let line: JSONValue = ["id": .integer(id), "answer": .string(answer)]
                    Terminal.print(line.text())
                } else {
                    Terminal.print("\(id)  \(Terminal.printable(answer))")
                }
            }
        }
    }
}
