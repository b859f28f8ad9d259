internal import Requests

/// What differs between the canonical requests of two trainings, field by field.
struct IdentityDifference {
    /// The most fields that a sentence lists.
    private static let listLimit = 5

    /// The fields that differ, with the values of the training in hand.
    let expected: String
    /// The same fields, with the values of the checkpoint's training.
    let found: String

    /// Compares two identities; those that are no JSON are shown as they are.
    init(expected: String, found: String) {
        let values = IdentityDifference.fields(of: expected)
        let others = IdentityDifference.fields(of: found)
        let names = Set(values.keys).union(others.keys).filter { values[$0] != others[$0] }.sorted()
        func list(_ fields: [String: JSONValue]) -> String {
            let listed = names.prefix(IdentityDifference.listLimit).map { name in
                name.isEmpty
                    ? fields[name]?.summary ?? "none"
                    : "\(name) \(fields[name]?.summary ?? "absent")"
            }
            let rest = names.count - listed.count
            return (listed + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: ", ")
        }
        self.expected = list(values)
        self.found = list(others)
    }

    /// Every value that is no object, by its path.
    private static func fields(of identity: String) -> [String: JSONValue] {
        do throws(RequestError) {
            return fields(of: try JSONValue(parsing: identity), path: "")
        } catch {
            return ["": .string(identity)]
        }
    }

    private static func fields(of value: JSONValue, path: String) -> [String: JSONValue] {
        guard case .object(let members) = value else { return [path: value] }
        return members.reduce(into: [:]) { fields, member in
            let name = path.isEmpty ? member.key : "\(path).\(member.key)"
            fields.merge(IdentityDifference.fields(of: member.value, path: name)) { $1 }
        }
    }
}
