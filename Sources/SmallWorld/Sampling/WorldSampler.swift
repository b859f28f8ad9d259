/// Draws subjects, pictures and captions of the small world by number: the same number gives the same draw,
/// alone or among others, on any thread.
package struct WorldSampler: Sendable {
    /// The seed of all draws.
    package let seed: UInt64
    /// The part of the world drawn from.
    package let split: WorldSplit
    /// The classes drawn from.
    package let classes: [SubjectClass]

    /// Creates a sampler.
    package init(
        seed: UInt64,
        split: WorldSplit = .training,
        classes: [SubjectClass] = SubjectClass.allCases
    ) {
        precondition(!classes.isEmpty, "a sampler needs at least one class")
        self.seed = seed
        self.split = split
        self.classes = classes
    }

    /// Returns subject number `index`; the classes take turns.
    package func subject(_ index: Int) -> Subject {
        var random = CounterGenerator(seed: seed, stream: 1 << 60 | UInt64(index))
        return subject(classes[index % classes.count], using: &random)
    }

    /// Returns view number `index` of a subject: its own colours and shape, nothing worn, in any scene.
    package func view(_ index: Int, of subject: Subject) -> PictureDescription {
        var random = CounterGenerator(
            seed: seed &+ subject.stableHash,
            stream: 2 << 60 | UInt64(index)
        )
        return PictureDescription(
            of: subject,
            in: random.happens(0.25) ? .studio : random.element(of: Scene.self),
            from: Viewpoint(using: &random),
            light: Light(using: &random),
            backdropSeed: random.next()
        )
    }

    /// Returns picture number `index`, with edits: what base models learn from. Subjects and captions are of
    /// this sampler's split: in validation and test both are new.
    package func picture(_ index: Int) -> PictureDescription {
        var random = CounterGenerator(seed: seed, stream: 3 << 60 | UInt64(index))
        let subject = subject(classes[random.integer(below: classes.count)], using: &random)
        return edited(subject, using: &random)
    }

    /// Returns edited view number `index` of a subject: anything a caption can ask for.
    package func editedView(_ index: Int, of subject: Subject) -> PictureDescription {
        var random = CounterGenerator(
            seed: seed &+ subject.stableHash,
            stream: 5 << 60 | UInt64(index)
        )
        return edited(subject, using: &random)
    }

    /// Draws a picture of a subject whose caption is in this sampler's split.
    private func edited(
        _ subject: Subject,
        using random: inout CounterGenerator
    ) -> PictureDescription {
        while true {
            var description = PictureDescription(
                of: subject,
                in: random.happens(0.15) ? .studio : random.element(of: Scene.self),
                from: Viewpoint(using: &random),
                light: Light(using: &random),
                backdropSeed: random.next()
            )
            description.accessory =
                random.happens(0.4) ? .none : random.element(of: Accessory.self)
            description.shape = random.happens(0.85) ? .own : random.element(of: ShapeEdit.self)
            description.style = random.happens(0.8) ? .photo : random.element(of: PictureStyle.self)
            if description.captionSplit == split { return description }
        }
    }

    /// Returns the caption that goes with picture number `index`: full in half of all cases, else with fewer
    /// of the subject's own looks, so that a noun alone means any subject of its class.
    package func caption(_ index: Int, for description: PictureDescription) -> String {
        var random = CounterGenerator(seed: seed, stream: 4 << 60 | UInt64(index))
        let detail: CaptionDetail =
            random.happens(0.5) ? .full : random.happens(0.5) ? .color : .noun
        let opening =
            description.style == .photo && random.happens(0.5)
            ? WorldSampler.photoOpenings[random.integer(below: WorldSampler.photoOpenings.count)]
            : nil
        return description.caption(detail, opening: opening)
    }

    /// Other words for a photo.
    package static let photoOpenings = [
        "a picture of", "a close photo of", "a good photo of", "a bright photo of",
        "a photograph of",
        "an image of",
    ]

    /// Draws a subject of a class in this sampler's split.
    private func subject(
        _ subjectClass: SubjectClass,
        using random: inout CounterGenerator
    ) -> Subject {
        while true {
            let subject = Subject(subjectClass, using: &random)
            if subject.split == split { return subject }
        }
    }
}

extension CounterGenerator {
    /// Draws a case.
    mutating func element<Value: CaseIterable>(of type: Value.Type) -> Value
    where Value.AllCases == [Value] {
        Value.allCases[integer(below: Value.allCases.count)]
    }
}

extension Subject {
    /// A number that differs between subjects and stays the same from run to run.
    package var stableHash: UInt64 {
        var hash = UInt64(frequency.bitPattern)
        for index in 0..<3 {
            hash = CounterGenerator.mixed(hash &+ UInt64(proportions[index].bitPattern))
        }
        for word in [subjectClass.rawValue, color.rawValue, secondColor.rawValue, pattern.rawValue]
        {
            for byte in word.utf8 { hash = CounterGenerator.mixed(hash &+ UInt64(byte)) }
        }
        return hash
    }
}
