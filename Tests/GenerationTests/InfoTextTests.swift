import Requests
import Testing

@testable import Generation

/// The text that galleries search, in the form of AUTOMATIC1111's `create_infotext`.
struct InfoTextTests {
    private func text(negative: String = "", model: String = "v1-5", scale: Float = 7) -> String {
        InfoText(
            prompt: "a dog, \"sitting\"",
            negativePrompt: negative,
            steps: 20,
            sampler: "DPM++ 2M",
            guidanceScale: scale,
            seed: 965_400_086,
            width: 512,
            height: 768,
            model: model,
            modelHash: "45dee52bab",
            extras: [(name: "RNG", value: "philox")]
        ).text
    }

    @Test func hasTheLinesOfTheWebUI() {
        #expect(
            text(negative: "blurry, ugly") == """
                a dog, "sitting"
                Negative prompt: blurry, ugly
                Steps: 20, Sampler: DPM++ 2M, CFG scale: 7, Seed: 965400086, Size: 512x768, \
                Model hash: 45dee52bab, Model: v1-5, RNG: philox, \
                Version: CustomContrast \(Version.current)
                """
        )
    }

    @Test func hasNoLineForAMissingNegativePrompt() {
        #expect(text().split(separator: "\n").count == 2)
        #expect(text(scale: 7.5).contains("CFG scale: 7.5,"))
    }

    @Test func quotesWhatSeparatesPairs() {
        #expect(text(model: "mine, v2: \"x\"").contains(#"Model: "mine, v2: \"x\"", RNG"#))
        #expect(text(model: "two\nlines").contains(#"Model: "two\nlines", RNG"#))
        #expect(text(model: "job:7").contains(#"Model: "job:7", RNG"#))
    }
}
