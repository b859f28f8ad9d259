internal import Layers

extension KeyedDecodingContainer {
    /// The activation, quick GELU if the key is missing.
    func activation(at key: Key) throws -> CLIPActivation {
        let name =
            try decodeIfPresent(String.self, forKey: key) ?? CLIPActivation.quickGELU.rawValue
        if let activation = CLIPActivation(rawValue: name) { return activation }
        throw ModelFileError.unsupported(
            option: key.stringValue,
            value: name,
            supported: CLIPActivation.allCases.map(\.rawValue).joined(separator: " or ")
        )
    }

    /// Throws if the configuration is of another kind of model.
    func requireModelType(_ supported: [String], at key: Key) throws {
        guard let found = try decodeIfPresent(String.self, forKey: key),
            !supported.contains(found)
        else { return }
        throw ModelFileError.unsupported(
            option: key.stringValue,
            value: found,
            supported: supported.joined(separator: " or ")
        )
    }

    /// Throws unless sizes are possible and the heads divide the width.
    func requireSizes(_ sizes: [Int], width: Int, headCount: Int) throws {
        // Far beyond any model's; a vocabulary is the largest of them.
        let largest = 1 << 20
        guard sizes.allSatisfy({ 1...largest ~= $0 }), width.isMultiple(of: headCount) else {
            throw ModelFileError.unsupported(
                option: "the size",
                value: "\(width) channels in \(headCount) heads, one of \(sizes)",
                supported: "sizes from 1 to \(largest) and heads that divide the channels"
            )
        }
    }
}
