/// A keyword and a text kept in a PNG file, such as the settings that made a picture.
package struct PNGText: Sendable, Equatable {
    /// 1–79 Latin-1 characters; `parameters` is where A1111 and its viewers look.
    package var keyword: String
    /// Any text without a zero character.
    package var text: String

    /// Creates a text under a keyword.
    package init(keyword: String, text: String) {
        self.keyword = keyword
        self.text = text
    }

    /// The keyword in Latin-1 with its closing zero; `nil` when PNG does not allow it.
    var keywordBytes: [CChar]? {
        guard let bytes = PNGText.latin1(keyword), (1...79).contains(bytes.count) else {
            return nil
        }
        return bytes + [0]
    }

    /// The text in Latin-1 when it fits (a tEXt chunk), else in UTF-8 (an iTXt chunk), and its closing
    /// zero; `nil` when it contains a zero.
    var textBytes: (bytes: [CChar], isUTF8: Bool)? {
        if let bytes = PNGText.latin1(text) { return (bytes + [0], false) }
        let bytes = text.utf8.map { CChar(bitPattern: $0) }
        return bytes.contains(0) ? nil : (bytes + [0], true)
    }

    /// The Latin-1 bytes of `text`, or `nil` when a character is not in Latin-1 or is zero.
    private static func latin1(_ text: String) -> [CChar]? {
        var bytes: [CChar] = []
        for scalar in text.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value), byte != 0 else { return nil }
            bytes.append(CChar(bitPattern: byte))
        }
        return bytes
    }
}
