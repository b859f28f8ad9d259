/// A reader of outside data that is given any bytes at all: it may refuse them with an error, and nothing else.
///
/// What it accepts has to keep the reader's promises; a broken one traps, which is what fuzzing looks for.
package protocol FuzzTarget {
    /// What it is called on the command line, and its folder in `Tests/Fixtures/Fuzz`.
    static var name: String { get }

    init() throws

    /// Reads an input and forgets it.
    func run(_ input: [UInt8]) throws

    /// Inputs to start from: right files, and such with something rare in them.
    func seeds() throws -> [[UInt8]]
}

extension FuzzTarget {
    /// Reads an input; an error is as good as a success, if it has words for whoever gets to read it.
    package func survive(_ input: [UInt8]) {
        do {
            try run(input)
        } catch {
            precondition(!"\(error)".isEmpty, "an error without words")
        }
    }
}
