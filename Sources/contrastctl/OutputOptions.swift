internal import ArgumentParser
internal import Requests

/// Whether a command prints for people or for programs.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON.")
    var json = false

    /// Prints rows: a table for people, an array of objects for programs.
    func print<Row>(
        _ rows: [Row],
        as table: (([Row]) -> Table),
        json object: (Row) -> JSONValue
    ) {
        if json {
            Terminal.print(JSONValue.array(rows.map(object)).text(pretty: true))
        } else {
            Terminal.print(table(rows).text(width: Terminal.width))
        }
    }
}
