extension RequestReader {
    /// A text of limited length, `fallback` when absent.
    package func text(
        _ name: String,
        default fallback: String,
        length: ClosedRange<Int>,
        _ summary: String
    ) throws(RequestError) -> String {
        describe(
            name,
            type: "string",
            absent: "`\"\(fallback)\"`",
            limit: "\(Self.text(length)) characters",
            summary: summary
        )
        let found = try optional(name, length: length) ?? fallback
        resolve(name, .string(found))
        return found
    }

    /// A text of limited length that has to be given.
    package func requiredText(
        _ name: String,
        length: ClosedRange<Int>,
        _ summary: String
    ) throws(RequestError) -> String {
        describe(
            name,
            type: "string",
            absent: "required",
            limit: "\(Self.text(length)) characters",
            summary: summary
        )
        guard members != nil else { return "" }
        guard let found = try optional(name, length: length) else {
            throw missing(name, "a string")
        }
        resolve(name, .string(found))
        return found
    }

    /// A text of limited length; nil when absent, for the reason `absent` gives.
    package func optionalText(
        _ name: String,
        length: ClosedRange<Int>,
        absent: String,
        _ summary: String
    ) throws(RequestError) -> String? {
        describe(
            name,
            type: "string",
            absent: absent,
            limit: "\(Self.text(length)) characters",
            summary: summary
        )
        let found = try optional(name, length: length)
        resolve(name, found.map { .string($0) })
        return found
    }

    /// A list of texts; empty when absent, for the reason `absent` gives.
    package func texts(
        _ name: String,
        count: ClosedRange<Int>,
        length: ClosedRange<Int>,
        absent: String,
        _ summary: String
    ) throws(RequestError) -> [String] {
        describe(
            name,
            type: "array of strings",
            absent: absent,
            limit: "\(Self.text(count)) strings of \(Self.text(length)) characters",
            summary: summary
        )
        let elements = try array(name, count: count)
        var found: [String] = []
        for (index, element) in elements.enumerated() {
            found.append(try text(element, at: "\(name)[\(index)]", length: length))
        }
        resolve(name, elements.isEmpty ? nil : .array(elements))
        return found
    }

    /// true or false, `fallback` when absent.
    package func flag(
        _ name: String,
        default fallback: Bool,
        _ summary: String
    ) throws(RequestError) -> Bool {
        describe(
            name,
            type: "boolean",
            absent: "`\(fallback)`",
            limit: "`true`, `false`",
            summary: summary
        )
        let found: Bool
        switch value(name) {
        case nil: found = fallback
        case .boolean(let value)?: found = value
        case let other?:
            throw error(
                name,
                "expected true or false, found \(other.summary); write it without quotes"
            )
        }
        resolve(name, .boolean(found))
        return found
    }

    /// One word of a fixed set, `fallback` when absent.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        default fallback: Choice,
        _ summary: String
    ) throws(RequestError) -> Choice {
        describe(
            name,
            type: "string",
            absent: "`\"\(fallback.rawValue)\"`",
            limit: Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
            summary: summary
        )
        let found = try value(name).map { value throws(RequestError) in
            try choice(value, at: name, of: Choice.self)
        }
        resolve(name, .string((found ?? fallback).rawValue))
        return found ?? fallback
    }

    /// One word of a fixed set that has to be given.
    package func requiredChoice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        describedBy example: Choice,
        _ summary: String
    ) throws(RequestError) -> Choice {
        describe(
            name,
            type: "string",
            absent: "required",
            limit: Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
            summary: summary
        )
        guard members != nil else { return example }
        guard let value = value(name) else {
            throw missing(name, "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let found = try choice(value, at: name, of: Choice.self)
        resolve(name, value)
        return found
    }

    /// Several different words of a fixed set, `fallback` when absent.
    package func choices<Choice: RawRepresentable<String> & CaseIterable & Hashable>(
        _ name: String,
        default fallback: [Choice],
        _ summary: String
    ) throws(RequestError) -> [Choice] {
        describe(
            name,
            type: "array of strings",
            absent: fallback.map { "`\($0.rawValue)`" }.joined(separator: ", "),
            limit: "any of " + Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
            summary: summary
        )
        let elements = try array(name, count: 1...Choice.allCases.count)
        var found: [Choice] = []
        for (index, element) in elements.enumerated() {
            found.append(try choice(element, at: "\(name)[\(index)]", of: Choice.self))
        }
        if elements.isEmpty { found = fallback }
        resolve(name, .array(found.map { .string($0.rawValue) }))
        return found
    }

    /// Elements of an array field with a limit on their number; empty when the field is absent.
    func array(_ name: String, count: ClosedRange<Int>) throws(RequestError) -> [JSONValue] {
        guard let value = value(name) else { return [] }
        guard case .array(let elements) = value else {
            throw error(
                name,
                "expected an array of \(Self.text(count)), found \(value.summary); "
                    + "write […] around it"
            )
        }
        guard count.contains(elements.count) else {
            throw error(
                name,
                "expected an array of \(Self.text(count)), found \(elements.count); "
                    + (elements.count < count.lowerBound ? "add some" : "leave some out")
            )
        }
        return elements
    }

    private func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ value: JSONValue,
        at name: String,
        of _: Choice.Type
    ) throws(RequestError) -> Choice {
        if case .string(let word) = value, let choice = Choice(rawValue: word) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        if words.count == 1 {
            throw error(
                name,
                "expected \"\(words[0])\", the only choice there is, found \(value.summary); "
                    + "leave the field out"
            )
        }
        var problem = "expected one of \(words.joined(separator: ", ")), found \(value.summary)"
        if case .string(let word) = value,
            let meant = Spelling.closest(to: word.lowercased(), among: words)
        {
            problem += "; did you mean \"\(meant)\"?"
        }
        throw error(name, problem)
    }

    private func optional(
        _ name: String,
        length: ClosedRange<Int>
    ) throws(RequestError) -> String? {
        guard let value = value(name) else { return nil }
        return try text(value, at: name, length: length)
    }

    private func text(
        _ value: JSONValue,
        at name: String,
        length: ClosedRange<Int>
    ) throws(RequestError) -> String {
        guard case .string(let text) = value else {
            throw error(name, "expected a string, found \(value.summary); put it in quotes")
        }
        guard length.contains(text.count) else {
            throw error(
                name,
                "expected a string of \(Self.text(length)) characters, found \(text.count); "
                    + (text.count < length.lowerBound ? "write more" : "shorten it")
            )
        }
        guard !text.unicodeScalars.contains("\0") else {
            throw error(name, "expected a string, found a NUL character in it; remove it")
        }
        return text
    }
}
