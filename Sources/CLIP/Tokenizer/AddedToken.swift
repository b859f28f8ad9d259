internal import Layers

/// A token that is matched in the text as a whole, before the text is split into words.
struct AddedToken: Sendable, Equatable {
    /// What is matched.
    let content: String
    /// Whether it is matched after the text has been normalised (lower-cased), rather than before.
    let isNormalized: Bool
    /// Its id where the place it is read from tells it; the vocabulary's otherwise.
    var id: Int?
}

extension AddedToken: Decodable {
    private enum CodingKeys: String, CodingKey {
        case content, normalized, id
        case lstrip, rstrip
        case singleWord = "single_word"
    }

    /// Decodes either spelling: the plain text, or an object with options.
    init(from decoder: any Decoder) throws {
        if let content = try? decoder.singleValueContainer().decode(String.self) {
            self.init(content: content, isNormalized: false)
            try requireContent()
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        for option in [CodingKeys.lstrip, .rstrip, .singleWord]
        where try container.decodeIfPresent(Bool.self, forKey: option) ?? false {
            throw ModelFileError.unsupported(
                option: "a special token's \(option.rawValue)",
                value: "true",
                supported: "false"
            )
        }
        self.init(
            content: try container.decode(String.self, forKey: .content),
            isNormalized: try container.decodeIfPresent(Bool.self, forKey: .normalized) ?? true,
            id: try container.decodeIfPresent(Int.self, forKey: .id)
        )
        try requireContent()
    }

    /// Throws if nothing would be matched, which every text holds without end.
    private func requireContent() throws {
        guard content.isEmpty else { return }
        throw ModelFileError.unsupported(
            option: "a special token",
            value: "empty",
            supported: "at least one character"
        )
    }
}
