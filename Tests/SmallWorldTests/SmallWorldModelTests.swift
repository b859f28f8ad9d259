import CLIP
import Foundation
import SmallWorld
import TestSupport
import Testing

@Suite struct SmallWorldModelTests {
    @Test func everyWordOfEveryCaptionIsOneToken() throws {
        let temporary = try TemporaryFolder()
        let folder = URL(fileURLWithPath: temporary.path)
        try SmallWorldModel.write(to: folder)
        let tokenizer = try CLIPTokenizer(
            folder: folder.appendingPathComponent("base/tokenizer")
        )
        let sampler = WorldSampler(seed: 8)
        let captions =
            (0..<3000).map { sampler.caption($0, for: sampler.picture($0)) }
            + EditPrompt.all.flatMap { prompt in
                SubjectClass.allCases.map { prompt.prompt(for: $0) }
            }
        for caption in captions {
            let text = tokenizer.encode(caption)
            #expect(text.count == caption.split(separator: " ").count + 2, "\(caption)")
            #expect(text.truncatedWords.isEmpty, "\(caption)")
        }
        #expect(tokenizer.encode("xylophone").count > 3)
    }

    @Test func everyConfigurationIsJSON() throws {
        for file in try SmallWorldModel.files() where file.path.hasSuffix(".json") {
            #expect(throws: Never.self, "\(file.path)") {
                try JSONSerialization.jsonObject(with: Data(file.contents.utf8))
            }
        }
    }

    @Test func writesTheSameFilesAgain() throws {
        #expect(try SmallWorldModel.files() == SmallWorldModel.files())
    }
}
