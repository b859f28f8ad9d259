internal import Requests

/// Puts `name=value` settings into a payload.
struct PayloadEditor {
    private let payload: JSONValue

    init(_ payload: JSONValue) { self.payload = payload }

    /// The payload with each `a.b=value` put in; a value that is no JSON is a string.
    func setting(_ settings: [String]) throws(Failure) -> JSONValue {
        var result = payload
        for setting in settings {
            let parts = setting.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard parts.count == 2, !parts[0].isEmpty else {
                throw Failure("expected --set NAME=VALUE, found \"\(setting)\"", code: 64)
            }
            let value = (try? JSONValue(parsing: String(parts[1]))) ?? .string(String(parts[1]))
            result = Self.put(
                value,
                at: parts[0].split(separator: ".").map(String.init),
                in: result
            )
        }
        return result
    }

    private static func put(_ value: JSONValue, at path: [String], in object: JSONValue)
        -> JSONValue
    {
        guard let name = path.first else { return value }
        var members: [String: JSONValue] = [:]
        if case .object(let existing) = object { members = existing }
        members[name] = put(value, at: Array(path.dropFirst()), in: members[name] ?? .object([:]))
        return .object(members)
    }
}
