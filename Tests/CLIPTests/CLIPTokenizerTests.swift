import CLIP
import Foundation
import Layers
import TestSupport
import Testing

/// Token ids against transformers (scripts/fixtures/tokenizer.py).
struct CLIPTokenizerTests {
    /// Texts and, for each variant of the settings, the ids without padding.
    private struct Cases: Decodable {
        struct Variant: Decodable {
            let pad: Int
            let ids: [[Int]]
        }
        let texts: [String]
        let variants: [String: Variant]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            texts = try container.decode([String].self, forKey: Key(stringValue: "texts"))
            variants = try Dictionary(
                uniqueKeysWithValues: container.allKeys.filter { $0.stringValue != "texts" }
                    .map { ($0.stringValue, try container.decode(Variant.self, forKey: $0)) }
            )
        }

        struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
    }

    /// The committed folder; the variable names one with the whole published vocabulary instead.
    private static let folder =
        ProcessInfo.processInfo.environment["CLIP_TOKENIZER_CASES"].map { URL(fileURLWithPath: $0) }
        ?? Fixtures.folder("Tokenizer")

    @Test(arguments: [
        "published", "padded-with-exclamation", "plain", "saved-published",
        "saved-padded-with-exclamation", "saved-with-added", "added-beside", "added-in-settings",
    ])
    func `Ids equal transformers'`(variant: String) throws {
        let file = Self.folder.appendingPathComponent("cases.json")
        let cases = try JSONDecoder().decode(Cases.self, from: Data(contentsOf: file))
        let expected = try #require(cases.variants[variant])
        let tokenizer = try CLIPTokenizer(folder: Self.folder.appendingPathComponent(variant))
        #expect(tokenizer.paddingToken == expected.pad)
        for (text, ids) in zip(cases.texts, expected.ids) {
            let tokenized = tokenizer.encode(text)
            #expect(Array(tokenized.ids.prefix(tokenized.count)) == ids, "\(text.debugDescription)")
            #expect(tokenized.ids.count == 77)
            #expect(tokenized.ids.dropFirst(tokenized.count).allSatisfy { $0 == expected.pad })
        }
    }

    private let tokenizer: CLIPTokenizer

    init() throws {
        tokenizer = try CLIPTokenizer(folder: Fixtures.folder("Tokenizer/published"))
    }

    @Test func `Words that do not fit are named`() {
        let fitting = tokenizer.encode(String(repeating: "a ", count: 75))
        #expect(fitting.count == 77)
        #expect(fitting.truncatedWords.isEmpty)
        let long = tokenizer.encode(
            String(repeating: "a ", count: 74) + "supercalifragilistic Red dog"
        )
        #expect(long.count == 77)
        #expect(long.ids.last == tokenizer.endToken)
        #expect(long.truncatedWords == ["supercalifragilistic", "red", "dog"])
    }

    @Test func `A noun is found by its tokens`() throws {
        let prompt = tokenizer.encode(
            "An extraordinarily shiny Teddy-Bear and a teddy bear, bearable"
        )
        let range = try #require(tokenizer.tokenRange(of: "teddy bear", in: prompt))
        #expect(
            Array(prompt.ids[range])
                == tokenizer.encode("teddy bear").ids[1..<1 + range.count].map(\.self)
        )
        let before = tokenizer.encode("An extraordinarily shiny Teddy-Bear and a")
        #expect(range.lowerBound == before.count - 1)
    }

    @Test func `A later occurrence of a noun is found from its position on`() throws {
        let prompt = tokenizer.encode("a dog and a dog")
        let first = try #require(tokenizer.tokenRange(of: "dog", in: prompt))
        let second = try #require(
            tokenizer.tokenRange(of: "dog", in: prompt, startingAt: first.upperBound)
        )
        #expect(second.lowerBound == first.upperBound + 2)
        #expect(tokenizer.tokenRange(of: "dog", in: prompt, startingAt: second.upperBound) == nil)
        #expect(tokenizer.tokenRange(of: "dog", in: prompt, startingAt: 90) == nil)
    }

    @Test func `A noun is not found inside a word, nor where it is absent`() {
        #expect(tokenizer.tokenRange(of: "zebra", in: tokenizer.encode("a photo of a dog")) == nil)
        #expect(tokenizer.tokenRange(of: "cat", in: tokenizer.encode("a photo of a zqcat")) == nil)
        #expect(tokenizer.tokenRange(of: "", in: tokenizer.encode("a photo of a dog")) == nil)
        #expect(tokenizer.tokenRange(of: "cat", in: tokenizer.encode("cat"))?.lowerBound == 1)
    }

    @Test func `A folder without a vocabulary names the missing file`() {
        let folder = Fixtures.folder("Tokenizer/nowhere")
        #expect(throws: ModelFileError.missing(folder.appendingPathComponent("vocab.json"))) {
            try CLIPTokenizer(folder: folder)
        }
    }

    @Test func `Another kind of tokenizer is refused by what it is`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "tokenizer.json")
        try Data(#"{"model": {"type": "Unigram", "vocab": {}, "merges": []}}"#.utf8).write(to: file)
        let error = try #require(throws: ModelFileError.self) { try CLIPTokenizer(folder: folder) }
        #expect("\(error)".contains("model.type"))
        #expect("\(error)".contains("Unigram"))
    }
}
