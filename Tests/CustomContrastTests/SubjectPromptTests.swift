import CLIP
import TestSupport
import Testing

@testable import CustomContrast

struct SubjectPromptTests {
    private let tokenizers: [CLIPTokenizer]

    init() throws {
        tokenizers = try ["published", "padded-with-exclamation"].map {
            try CLIPTokenizer(folder: Fixtures.folder("Tokenizer/\($0)"))
        }
    }

    private func words(_ text: String) -> [Int] {
        let tokenized = tokenizers[0].encode(text)
        return Array(tokenized.ids[1..<tokenized.endPosition])
    }

    @Test func findsTheNounByTokens() throws {
        let prompt = try SubjectPrompt(
            "an extraordinarily shiny dog on the beach",
            nouns: ["dog"],
            tokenizers: tokenizers
        )
        let before = words("an extraordinarily shiny")
        #expect(before.count > 3)
        #expect(
            prompt.placeholders
                == words("dog").prefix(1).map { _ in
                    SubjectPrompt.Placeholder(
                        position: 1 + before.count,
                        nounTokens: words("dog")
                    )
                }
        )
    }

    /// Surplus tokens of a noun go, the rest moves up, and each encoder's own padding fills the end.
    @Test func leavesOneRowOfANounOfSeveralTokens() throws {
        let noun = "extraordinarily teddy bear"
        let surplus = words(noun).count - 1
        #expect(surplus > 1)
        let prompt = try SubjectPrompt(
            "a \(noun) and you",
            nouns: [noun],
            tokenizers: tokenizers
        )
        #expect(prompt.placeholders.map(\.position) == [1 + words("a").count])
        for (tokenizer, (plain, placed)) in zip(tokenizers, zip(prompt.plain, prompt.placed)) {
            #expect(placed.ids.count == 77)
            #expect(placed.count == plain.count - surplus)
            #expect(placed.ids[placed.endPosition] == tokenizer.endToken)
            #expect(
                Array(placed.ids[1..<placed.endPosition])
                    == words("a") + words(noun).prefix(1) + words("and you")
            )
            #expect(
                placed.ids.dropFirst(placed.count).allSatisfy { $0 == tokenizer.paddingToken }
            )
        }
        #expect(tokenizers[0].paddingToken != tokenizers[1].paddingToken)
    }

    @Test func placesSeveralSubjects() throws {
        let prompt = try SubjectPrompt(
            "a teddy bear and a dog and a dog",
            nouns: ["dog", "teddy bear", "dog"],
            tokenizers: tokenizers
        )
        let bear = 1 + words("a").count
        let dog = bear + 1 + words("and a").count
        let secondDog = dog + words("dog").prefix(1).count + words("and a").count
        #expect(prompt.placeholders.map(\.position) == [dog, bear, secondDog])
        let ids = prompt.placed[0].ids
        #expect(ids[bear] == words("teddy bear")[0])
        #expect(ids[dog] == words("dog")[0])
        #expect(ids[secondDog] == words("dog")[0])
    }

    /// Nouns stay whole behind their rows, everything else moves down, and no padding is lost but theirs.
    @Test func leavesTheNounBehindItsRow() throws {
        let prompt = try SubjectPrompt(
            "a teddy bear and a dog",
            nouns: ["dog", "teddy bear"],
            placement: .before,
            tokenizers: tokenizers
        )
        let (bear, dog) = (words("teddy bear"), words("dog"))
        let expected =
            words("a") + bear.prefix(1) + bear + words("and a") + dog.prefix(1) + dog
        for (tokenizer, (plain, placed)) in zip(tokenizers, zip(prompt.plain, prompt.placed)) {
            #expect(placed.ids.count == 77 && placed.count == plain.count + 2)
            #expect(Array(placed.ids[1..<placed.endPosition]) == expected)
            #expect(placed.ids[placed.endPosition] == tokenizer.endToken)
            #expect(
                placed.ids.dropFirst(placed.count).allSatisfy { $0 == tokenizer.paddingToken }
            )
        }
        let bearRow = 1 + words("a").count
        let dogRow = bearRow + 1 + bear.count + words("and a").count
        #expect(prompt.placeholders.map(\.position) == [dogRow, bearRow])
        #expect(prompt.placeholders.map(\.nounTokens) == [dog, bear])
    }

    /// A row before the noun takes a place, which the last word of a full caption loses.
    @Test func makesRoomForARowBeforeTheNoun() throws {
        let caption = "dog " + String(repeating: "a ", count: 76 - words("dog").count - 2) + "red"
        let full = try SubjectPrompt(caption, nouns: ["dog"], tokenizers: tokenizers)
        #expect(full.truncatedWords.isEmpty && full.plain[0].count == 77)
        let prompt = try SubjectPrompt(
            caption,
            nouns: ["dog"],
            placement: .before,
            tokenizers: tokenizers
        )
        #expect(prompt.truncatedWords == ["red"])
        #expect(prompt.placed[0].count == 77 && prompt.placed[0].ids.count == 77)
        #expect(prompt.placed[0].ids[76] == tokenizers[0].endToken)
    }

    @Test func complainsAboutAMissingNoun() {
        #expect(
            throws: SubjectPromptError.nounNotFound(noun: "cat", caption: "a dog")
        ) {
            try SubjectPrompt("a dog", nouns: ["cat"], tokenizers: tokenizers)
        }
        #expect(
            throws: SubjectPromptError.nounNotFound(noun: "dog", caption: "a dog")
        ) {
            try SubjectPrompt("a dog", nouns: ["dog", "dog"], tokenizers: tokenizers)
        }
    }

    @Test func saysWhereATruncatedPromptWasCut() throws {
        let caption = String(repeating: "a ", count: 75) + "red dog"
        #expect(
            throws: SubjectPromptError.nounMissingOrTruncated(
                noun: "dog",
                caption: caption,
                firstTruncatedWord: "red",
                tokenLimit: 75
            )
        ) {
            try SubjectPrompt(caption, nouns: ["dog"], tokenizers: tokenizers)
        }
    }

    @Test func needsNoNoun() {
        let prompt = SubjectPrompt("a dog", tokenizers: tokenizers)
        #expect(prompt.placed == prompt.plain)
        #expect(prompt.placeholders.isEmpty)
    }
}
