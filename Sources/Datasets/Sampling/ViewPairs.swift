package import Imaging
internal import SmallWorld

/// The views of a data set, each once an epoch in random order, paired with another view of its subject.
package struct ViewPairs: SampleSource {
    private let dataset: MultiViewDataset
    private let places: [(subject: Int, view: Int)]
    private let side: Int
    private let referenceSide: Int
    private let placement: CutOutPlacement
    private let limits: ImageLimits
    private let seed: UInt64

    package var count: Int { places.count }

    /// Creates the source.
    ///
    /// - Parameters:
    ///   - dataset: Where the pictures lie.
    ///   - side: The width and height of the pictures to be generated.
    ///   - referenceSide: The width and height of the cut-outs: what the image encoder reads.
    ///   - placement: How cut-outs are laid out.
    ///   - limits: How much a file may ask for.
    ///   - seed: The seed of order, partners and placement.
    package init(
        _ dataset: MultiViewDataset,
        side: Int,
        referenceSide: Int,
        placement: CutOutPlacement = CutOutPlacement(),
        limits: ImageLimits = ImageLimits(),
        seed: UInt64
    ) {
        self.dataset = dataset
        self.side = side
        self.referenceSide = referenceSide
        self.placement = placement
        self.limits = limits
        self.seed = seed
        places = dataset.viewPlaces
    }

    package func sample(epoch: Int, offset: Int) throws -> ViewPair {
        let number = ShuffledOrder(count: count, seed: seed, epoch: epoch)[offset]
        var random = CounterGenerator(seed: seed &+ UInt64(epoch), stream: UInt64(number))
        let place = places[number]
        let subject = dataset.subjects[place.subject]
        let view = subject.views[place.view]
        let partner = ViewPairs.partner(
            of: place.view,
            among: subject.views.count,
            using: &random
        )
        let sufficient = max(side, referenceSide)
        func load(_ view: SubjectView) throws -> LoadedView {
            try dataset.load(view, sufficientSide: sufficient, limits: limits)
        }
        let loaded = try load(view)
        let other = partner == place.view ? loaded : try load(subject.views[partner])
        let target = loaded.squared(side: side)
        let template = random.integer(below: ObjectTemplates.all.count)
        let ownCaption = view.caption(naming: subject.className)
        return ViewPair(
            image: target.image,
            mask: target.mask ?? Mask(width: side, height: side, filledWith: 255),
            reference: placement.placed(loaded, side: referenceSide, using: &random),
            positive: placement.placed(other, side: referenceSide, using: &random),
            caption: ownCaption
                ?? ObjectTemplates.caption(template, className: subject.className),
            className: subject.className,
            subject: place.subject
        )
    }

    /// Another view, at least an eighth of all views away where there is one, so that the two differ
    /// (AnyDoor's rule); the view itself when it is alone.
    static func partner(
        of view: Int,
        among count: Int,
        using random: inout CounterGenerator
    ) -> Int {
        let distance = max(1, count / 8)
        let partners = (0..<count).filter { abs($0 - view) >= distance }
        return partners.isEmpty ? view : partners[random.integer(below: partners.count)]
    }
}
