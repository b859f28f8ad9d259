internal import Foundation

extension JSONValue {
    /// Reads a JSON text. Throws a `RequestError` at `$` that says where the mistake is.
    package init(parsing text: String) throws(RequestError) {
        do {
            try self.init(decoding: Data(text.utf8))
        } catch {
            throw RequestError(path: "$", problem: Self.problem(in: text))
        }
    }

    /// The value as text: keys sorted, so that equal values are equal texts; `pretty` on many lines.
    package func text(pretty: Bool = false) -> String {
        guard let data = try? encoded(pretty: pretty) else {
            preconditionFailure("JSON has no infinity and no NaN: \(self)")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// The member `name` of an object; nil for everything else.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// What the value is, for an error sentence: its type, and itself where it is short.
    package var summary: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value):
            value.count <= 40 ? "\"\(value)\"" : "a string of \(value.count) characters"
        case .array(let elements): "an array of \(elements.count)"
        case .object: "an object"
        }
    }

    /// Where a text stops being JSON: `JSONDecoder` does not tell, `JSONSerialization` does.
    private static func problem(in text: String) -> String {
        var place = ""
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        } catch let error as NSError {
            if let detail = error.userInfo["NSDebugDescription"] as? String {
                place = " (\(detail.trimmingSuffix(while: { $0 == "." })))"
            }
        }
        return "expected JSON, found something else\(place); check quotes, commas and brackets"
    }
}

extension String {
    /// The text without the characters at its end that fulfil a condition.
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, condition(last) { rest.removeLast() }
        return rest
    }
}
