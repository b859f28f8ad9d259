import SmallWorld
import Testing

@Suite struct WorldSamplerTests {
    @Test func drawsByNumber() {
        let sampler = WorldSampler(seed: 4)
        #expect(sampler.picture(7) == WorldSampler(seed: 4).picture(7))
        #expect(sampler.picture(7) != sampler.picture(8))
        #expect(sampler.subject(3) == WorldSampler(seed: 4).subject(3))
        #expect(sampler.subject(3).subjectClass == SubjectClass.allCases[3])
    }

    @Test func keepsHeldOutSubjectsAndCaptionsApart() {
        for index in 0..<500 {
            let training = WorldSampler(seed: 4).picture(index)
            #expect(training.subject.split == .training && training.captionSplit == .training)
            let test = WorldSampler(seed: 4, split: .test).picture(index)
            #expect(test.subject.split == .test && test.captionSplit == .test)
        }
        #expect(WorldSampler(seed: 4, split: .validation).subject(2).split == .validation)
    }

    @Test(arguments: [WorldSplit.validation, .test])
    func holdsOutAboutAnEighth(split: WorldSplit) {
        var random = CounterGenerator(seed: 1, stream: 1)
        let heldOut = (0..<4000).count { _ in Subject(using: &random).split == split }
        #expect((350...650).contains(heldOut))
    }

    /// Drawing an edited view ends only because every class has captions in every split.
    @Test(arguments: SubjectClass.allCases, WorldSplit.allCases)
    func everyClassHasCaptionsInEverySplit(subjectClass: SubjectClass, split: WorldSplit) {
        let sampler = WorldSampler(seed: 1, split: split, classes: [subjectClass])
        let subject = sampler.subject(0)
        #expect(subject.subjectClass == subjectClass)
        #expect(sampler.editedView(0, of: subject).captionSplit == split)
    }

    @Test func everyWordIsLearnt() {
        let training = (0..<4000).map { WorldSampler(seed: 5).picture($0) }
        #expect(Set(training.map(\.scene)).count == Scene.allCases.count)
        #expect(Set(training.map(\.accessory)).count == Accessory.allCases.count)
        #expect(Set(training.map(\.style)).count == PictureStyle.allCases.count)
        #expect(Set(training.map(\.shape)).count == ShapeEdit.allCases.count)
    }

    @Test func viewsAreOfTheSubjectWithoutEdits() {
        let sampler = WorldSampler(seed: 6)
        let subject = sampler.subject(0)
        let views = (0..<30).map { sampler.view($0, of: subject) }
        #expect(views.allSatisfy { $0.subject == subject && $0.accessory == .none })
        #expect(views.allSatisfy { $0.shape == .own && $0.style == .photo && $0.color == nil })
        #expect(Set(views.map(\.viewpoint)).count == 30)
    }
}
