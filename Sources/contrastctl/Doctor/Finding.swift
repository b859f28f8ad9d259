internal import Requests

/// One thing that the doctor has looked at, or could not look at.
struct Finding {
    /// What was found.
    enum State {
        case well
        /// What was found instead, and what to do about it.
        case ill(String)
        /// Why nobody could look.
        case unseen(String)
    }

    /// What should hold.
    let name: String
    let state: State

    init(_ name: String, _ state: State = .well) {
        self.name = name
        self.state = state
    }

    /// All is well unless `problem` says what is not, and what to do.
    init(_ name: String, problem: String?) {
        self.init(name, problem.map(State.ill) ?? .well)
    }

    /// All is well unless something was found; `problem` makes the sentence of what was.
    init<Found>(_ name: String, unless found: [Found], problem: ([Found]) -> String) {
        self.init(name, problem: found.isEmpty ? nil : problem(found))
    }

    var isIll: Bool { if case .ill = state { true } else { false } }

    /// A line with a mark, and one on what to do.
    var lines: [String] {
        switch state {
        case .well: ["✓ \(name)"]
        case .ill(let remedy): ["✗ \(name)", "    \(remedy)"]
        case .unseen(let reason): ["· \(name)", "    \(reason)"]
        }
    }

    /// For programs; `ok` is null where nobody could look.
    var json: JSONValue {
        switch state {
        case .well: ["check": .string(name), "ok": true, "remedy": nil]
        case .ill(let remedy): ["check": .string(name), "ok": false, "remedy": .string(remedy)]
        case .unseen(let why): ["check": .string(name), "ok": nil, "remedy": .string(why)]
        }
    }
}
