/// The keys of a JSON document without its values, to find options nobody knows.
struct JSONKeyTree: Decodable {
    private let children: [String: JSONKeyTree]

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.singleValueContainer().decode([String: JSONKeyTree].self) {
            children = object
        } else {
            // Not an object: a value, which has no keys.
            children = [:]
        }
    }

    /// The first key, in alphabetical order and with its path, that `known` does not have.
    func firstKey(notIn known: JSONKeyTree) -> String? {
        for (key, child) in children.sorted(by: { $0.key < $1.key }) {
            guard let counterpart = known.children[key] else { return key }
            if let inner = child.firstKey(notIn: counterpart) { return "\(key).\(inner)" }
        }
        return nil
    }
}
