internal import ArgumentParser
internal import Requests

/// Whether a command prints for people or for programs.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON.")
    var json = false

    /// Prints what was done to something: `paused train`, or `{"paused":"train"}`.
    func print(_ deed: String, _ what: String) {
        if json {
            Terminal.print(JSONValue.object([deed: .string(what)]).text())
        } else {
            Terminal.print("\(deed) \(Terminal.printable(what))")
        }
    }

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
