internal import CLIP
internal import Foundation
internal import TestSupport

/// A tokenizer's files and a text: `vocab.json`, `merges.txt`, `tokenizer_config.json` and the text, parted by zero
/// bytes. In place of a file that is empty stands that of a small tokenizer.
package struct TokenizerTarget: FuzzTarget {
    package static let name = "tokenizer"
    private static let names = ["vocab.json", "merges.txt", "tokenizer_config.json"]
    private let file: InputFile
    private let small: CLIPTokenizer
    private let contents: [[UInt8]]

    package init() throws {
        file = try InputFile()
        let folder = Fixtures.folder("Tokenizer/plain")
        small = try CLIPTokenizer(folder: folder)
        contents = try Self.names.map { try Fixtures.bytes("Tokenizer/plain/\($0)") }
    }

    package func run(_ input: [UInt8]) throws {
        let parts = input.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
        let tokenizer = try tokenizer(Array(parts.prefix(min(3, parts.count - 1))))
        let text = String(decoding: parts.last ?? [], as: UTF8.self)
        let tokens = tokenizer.encode(text)
        precondition(tokens.ids.count == tokenizer.length, "a text has \(tokens.ids.count) ids")
        precondition(2...tokenizer.length ~= tokens.count)
        precondition(tokens.ids[0] == tokenizer.startToken)
        precondition(tokens.ids[tokens.endPosition] == tokenizer.endToken)
        let noun = String(text.prefix(8))
        if let range = tokenizer.tokenRange(of: noun, in: tokens) {
            precondition(range.lowerBound >= 1 && range.upperBound <= tokens.endPosition)
        }
    }

    package func seeds() throws -> [[UInt8]] {
        func seed(_ parts: [UInt8]...) -> [UInt8] { Array(parts.joined(separator: [0])) }
        let texts = [
            "a photo of a dog's 12 bones, <|endoftext|> é e\u{301} 犬 🐕‍🦺 it's", "aaaaaaaaaaaaaaaa",
            "",
        ].map { Array($0.utf8) }
        let settings = try ["padded-with-exclamation", "published"].map {
            try Fixtures.bytes("Tokenizer/\($0)/tokenizer_config.json")
        }
        return texts.map { seed([], [], [], $0) } + settings.map { seed([], [], $0, texts[0]) } + [
            seed([], contents[1].prefix(200).array, [], texts[0]),
            seed([], Array("#version: 0.2\na b</w>\n".utf8), [], texts[0]),
            seed(contents[0], Array("#version: 0.2\n".utf8), [], texts[0]),
        ]
    }

    /// The tokenizer of the given files; the small one, which is there already, where none is given.
    private func tokenizer(_ parts: [ArraySlice<UInt8>]) throws -> CLIPTokenizer {
        if parts.allSatisfy(\.isEmpty) { return small }
        for (index, name) in Self.names.enumerated() {
            let part = index < parts.count ? Array(parts[index]) : []
            try file.write(part.isEmpty ? contents[index] : part, to: name)
        }
        return try CLIPTokenizer(folder: file.url)
    }
}

extension ArraySlice {
    /// The elements as an array of their own.
    var array: [Element] { Array(self) }
}
