package import Imaging
internal import SmallWorld

/// The pictures of a data set with their captions, each once an epoch in random order.
package struct CaptionedPictures: SampleSource {
    /// Where the pictures lie.
    package let dataset: MultiViewDataset
    private let places: [(subject: Int, view: Int)]
    private let side: Int
    private let limits: ImageLimits
    private let seed: UInt64

    package var count: Int { places.count }

    /// Creates the source.
    ///
    /// - Parameters:
    ///   - dataset: Where the pictures lie.
    ///   - side: Their width and height after resizing and cropping.
    ///   - limits: How much a file may ask for.
    ///   - seed: The seed of their order.
    package init(
        _ dataset: MultiViewDataset,
        side: Int,
        limits: ImageLimits = ImageLimits(),
        seed: UInt64
    ) {
        self.dataset = dataset
        self.side = side
        self.limits = limits
        self.seed = seed
        places = dataset.viewPlaces
    }

    package func sample(epoch: Int, offset: Int) throws -> CaptionedPicture {
        let number = ShuffledOrder(count: count, seed: seed, epoch: epoch)[offset]
        let subject = dataset.subjects[places[number].subject]
        let view = subject.views[places[number].view]
        var random = CounterGenerator(seed: seed &+ UInt64(epoch), stream: UInt64(number))
        let template = random.integer(below: ObjectTemplates.all.count)
        return CaptionedPicture(
            image: try dataset.load(view, sufficientSide: side, limits: limits)
                .squared(side: side).image,
            caption: view.caption
                ?? ObjectTemplates.caption(template, className: subject.className)
        )
    }
}
