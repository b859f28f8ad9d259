import SmallWorld
import Testing

@Suite struct CaptionTests {
    private var striped: PictureDescription {
        PictureDescription(
            of: Subject(.mug, color: .orange, secondColor: .white, pattern: .striped),
            in: .beach
        )
    }

    @Test func tellsWhatIsThere() {
        var description = striped
        description.accessory = .hat
        #expect(
            description.caption()
                == "a photo of an orange and white striped mug on the beach wearing a black hat"
        )
        #expect(
            description.caption(.color)
                == "a photo of an orange mug on the beach wearing a black hat"
        )
        #expect(
            description.caption(.noun) == "a photo of a mug on the beach wearing a black hat"
        )
    }

    @Test func tellsEditsAlways() {
        var description = striped
        description.scene = .studio
        description.style = .sketch
        description.shape = .cube
        description.color = .green
        #expect(description.caption(.noun) == "a pencil sketch of a cube shaped green mug")
    }

    @Test func listsEveryEditOnce() {
        let prompts = EditPrompt.all
        #expect(prompts.count == 1 + 7 + 5 + 4 + 4)
        #expect(Set(prompts).count == prompts.count)
        #expect(prompts[0].template == "a photo of a {subject}")
        #expect(prompts[1].prompt(for: .duck) == "a photo of a duck on the beach")
        #expect(prompts.allSatisfy { $0.template.contains("{subject}") })
    }
}
