/// One inhabitant of the small world: what makes it itself in every picture.
package struct Subject: Sendable, Hashable, Codable {
    /// What kind of thing it is.
    package var subjectClass: SubjectClass
    /// The colour of its body.
    package var color: NamedColor
    /// The colour of its pattern and its smaller parts; differs from `color`.
    package var secondColor: NamedColor
    /// How the colours lie on its body.
    package var pattern: SurfacePattern
    /// The pattern's repeats per unit of length, about 1.5–2.5.
    package var frequency: Float
    /// Three deviations from its class's usual measures, each in −1…1; their meaning differs by class.
    package var proportions: SIMD3<Float>

    /// Creates a subject from its features.
    package init(
        _ subjectClass: SubjectClass,
        color: NamedColor,
        secondColor: NamedColor,
        pattern: SurfacePattern,
        frequency: Float = 2,
        proportions: SIMD3<Float> = .zero
    ) {
        self.subjectClass = subjectClass
        self.color = color
        self.secondColor = secondColor
        self.pattern = pattern
        self.frequency = frequency
        self.proportions = proportions
    }

    /// Draws a subject at random.
    package init(_ subjectClass: SubjectClass? = nil, using random: inout CounterGenerator) {
        let color = NamedColor.allCases[random.integer(below: NamedColor.allCases.count)]
        let others = NamedColor.allCases.filter { $0 != color }
        self.init(
            subjectClass
                ?? SubjectClass.allCases[random.integer(below: SubjectClass.allCases.count)],
            color: color,
            secondColor: others[random.integer(below: others.count)],
            pattern: SurfacePattern.allCases[random.integer(below: SurfacePattern.allCases.count)],
            frequency: random.number(in: 1.6...2.4),
            proportions: SIMD3(
                random.number(in: -1...1),
                random.number(in: -1...1),
                random.number(in: -1...1)
            )
        )
    }
}
