/// Splits normalised text into the words that are encoded one by one.
///
/// Matches CLIP's pattern `<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+`:
/// contractions, runs of letters, single digits, runs of anything else. White space separates.
struct WordSplitter {
    /// Their own spelling in text, where it is no special token, comes apart like this.
    private static let spelledTokens: [[String]] = [
        ["<|", "startoftext", "|>"], ["<|", "endoftext", "|>"],
    ]
    private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]

    private let text: [Unicode.Scalar]
    private var position = 0
    private var words: [String] = []

    /// The words of `text`, in order.
    static func words(of text: [Unicode.Scalar]) -> [String] {
        var splitter = WordSplitter(text: text)
        splitter.run()
        return splitter.words
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    private mutating func run() {
        while position < text.count {
            if text[position].properties.isWhitespace {
                position += 1
            } else if let parts = Self.spelledTokens.first(where: { startsHere($0.joined()) }) {
                parts.forEach { take($0.unicodeScalars.count) }
            } else if let contraction = Self.contractions.first(where: startsHere) {
                take(contraction.unicodeScalars.count)
            } else if text[position].isLetter {
                take(text[position...].prefix(while: \.isLetter).count)
            } else if text[position].isNumber {
                take(1)
            } else {
                take(text[position...].prefix(while: \.isNeitherLetterNorNumberNorSpace).count)
            }
        }
    }

    private func startsHere(_ literal: String) -> Bool {
        text[position...].starts(with: literal.unicodeScalars)
    }

    private mutating func take(_ count: Int) {
        var word = ""
        word.unicodeScalars.append(contentsOf: text[position..<position + count])
        words.append(word)
        position += count
    }
}

extension Unicode.Scalar {
    /// Whether it is in the general category L.
    fileprivate var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            true
        default: false
        }
    }

    /// Whether it is in the general category N.
    fileprivate var isNumber: Bool {
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    fileprivate var isNeitherLetterNorNumberNorSpace: Bool {
        !isLetter && !isNumber && !properties.isWhitespace
    }
}
