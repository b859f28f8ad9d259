/// Reads the fields of one JSON object of a request, strictly, and remembers what it was asked for.
///
/// It has two modes. *Decoding* takes values from the object and throws a sentence with a JSON path
/// for an unknown field, a wrong type or a value out of range. *Describing* has no object: every read
/// answers with a value in range, and only the list of fields is of interest.
package final class RequestReader {
    /// JSON path of the object.
    let path: String
    /// Members of the object; nil while describing.
    let members: [String: JSONValue]?
    /// Fields asked for so far, with the fields of the objects inside.
    private(set) var described: [FieldDescription] = []
    /// Every field with the value that counts, defaults filled in: what `request.json` shows.
    private(set) var resolved: [String: JSONValue] = [:]

    private init(path: String, members: [String: JSONValue]?) {
        self.path = path
        self.members = members
    }

    /// A reader that only collects descriptions.
    static func describing() -> RequestReader { RequestReader(path: "$", members: nil) }

    /// Decodes one object of type `Object`; `resolved` gets every field with its value.
    static func decode<Object: RequestObject>(
        _: Object.Type,
        from value: JSONValue,
        at path: String
    ) throws(RequestError) -> (object: Object, resolved: JSONValue) {
        guard case .object(let members) = value else {
            throw RequestError(
                path: path,
                problem: "expected an object, found \(value.summary); write {\"field\": value, …}"
            )
        }
        let known = Object.fields.map { String($0.path.prefix { $0 != "." && $0 != "[" }) }
        for name in members.keys.sorted() where !known.contains(name) {
            throw RequestError(
                path: "\(path).\(name)",
                problem: "expected a known field, found \"\(name)\"; \(advice(for: name, known))"
            )
        }
        let reader = RequestReader(path: path, members: members)
        let object = try Object(reader)
        return (object, .object(reader.resolved))
    }

    /// Checks what a single field's limit cannot say; does nothing while describing.
    package func require(
        _ condition: @autoclosure () -> Bool,
        _ name: String,
        _ problem: @autoclosure () -> String
    ) throws(RequestError) {
        guard members == nil || condition() else { throw error(name, problem()) }
    }

    /// Whether the object has the field, and not as null.
    package func has(_ name: String) -> Bool {
        guard let value = members?[name] else { return false }
        return value != .null
    }

    private static func advice(for name: String, _ known: [String]) -> String {
        if let meant = Spelling.closest(to: name, among: known) {
            return "did you mean \"\(meant)\"?"
        }
        return "the fields here are \(known.uniqued().joined(separator: ", "))"
    }
}

extension RequestReader {
    /// Notes a field; `path` parts below it are already in `inner`.
    func describe(
        _ name: String,
        type: String,
        absent: String,
        limit: String,
        summary: String,
        inner: [FieldDescription] = [],
        separator: String = "."
    ) {
        described.append(
            FieldDescription(path: name, type: type, absent: absent, limit: limit, summary: summary)
        )
        described += inner.map {
            FieldDescription(
                path: "\(name)\(separator)\($0.path)",
                type: $0.type,
                absent: $0.absent,
                limit: $0.limit,
                summary: $0.summary
            )
        }
    }

    /// Notes the value that a field has, default included.
    func resolve(_ name: String, _ value: JSONValue?) {
        resolved[name] = value
    }

    /// The field's value, nil where it is absent or null.
    func value(_ name: String) -> JSONValue? {
        has(name) ? members?[name] : nil
    }

    /// An error at a field of this object.
    func error(_ name: String, _ problem: String) -> RequestError {
        RequestError(path: "\(path).\(name)", problem: problem)
    }

    /// An error for a required field that is not there.
    func missing(_ name: String, _ type: String) -> RequestError {
        error(name, "expected \(type), found nothing; the field is required")
    }
}

extension Array where Element: Hashable {
    /// The elements without repetitions, in order of first appearance.
    fileprivate func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
