import Requests
import SmallWorld
import Testing

@testable import Evaluation

@Suite struct ZeroShotCaseTests {
    private let sampler = WorldSampler(seed: 5, split: .test)

    @Test func `A caption is among its candidates, at the place of the truth`() {
        for index in 0..<40 {
            let zeroShotCase = ZeroShotCase(index, of: sampler)
            #expect(zeroShotCase.description.captionSplit == .test)
            for question in ZeroShotQuestion.allCases {
                let candidates = zeroShotCase.candidates(question, .caption)
                #expect(candidates.count == question.labels.count)
                #expect(Set(candidates).count == candidates.count)
                #expect(candidates[zeroShotCase.truth(question)] == zeroShotCase.caption)
            }
        }
    }

    @Test func `Candidates differ in what is asked for and in nothing else`() throws {
        let zeroShotCase = ZeroShotCase(0, of: sampler)
        let noun = zeroShotCase.description.subject.subjectClass.noun
        let words = zeroShotCase.caption.split(separator: " ")
        let place = try #require(words.firstIndex { $0 == noun })
        for (candidate, label) in zip(
            zeroShotCase.candidates(.subjectClass, .caption),
            ZeroShotQuestion.subjectClass.labels
        ) {
            var changed = words
            changed[place] = Substring(label)
            #expect(candidate == changed.joined(separator: " "))
        }
        let phrase = try #require(zeroShotCase.description.scene.phrase)
        let scenes = zeroShotCase.candidates(.scene, .caption)
        #expect(scenes[0] == zeroShotCase.caption.replacing(" " + phrase, with: ""))
        #expect(scenes[1] == zeroShotCase.caption.replacing(phrase, with: "on the beach"))
    }

    @Test func `Plain candidates name nothing but the label`() {
        let zeroShotCase = ZeroShotCase(3, of: sampler)
        #expect(zeroShotCase.candidates(.subjectClass, .plain)[1] == "a photo of a rocket")
        #expect(
            zeroShotCase.candidates(.scene, .plain).prefix(2) == [
                "a photo", "a photo on the beach",
            ]
        )
    }
}
