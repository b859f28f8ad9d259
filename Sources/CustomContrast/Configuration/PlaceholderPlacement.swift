/// Where a subject's placeholder stands in a caption.
package enum PlaceholderPlacement: String, Sendable, Codable, CaseIterable {
    /// In place of the class noun, as in Textual Inversion and NeTI: "a photo of a S*". What the subject is has to
    /// come from its pictures.
    case replace
    /// Before the class noun, which stays, as in DreamBooth: "a photo of a S* dog".
    case before
}

extension KeyedDecodingContainer {
    /// Adapters of before there was a choice have no entry.
    func decode(
        _ type: PlaceholderPlacement.Type,
        forKey key: Key
    ) throws -> PlaceholderPlacement {
        try decodeIfPresent(type, forKey: key) ?? .replace
    }
}
