package import SmallWorld

/// Pairs of views of small-world subjects, rendered when asked for; every epoch has new views.
package struct SmallWorldPairs: SampleSource {
    private let sampler: WorldSampler
    private let renderer: Renderer
    private let referenceSide: Int
    private let placement: CutOutPlacement
    package let count: Int

    /// Creates the source.
    ///
    /// - Parameters:
    ///   - sampler: Which subjects there are.
    ///   - count: How many of them; each comes once an epoch.
    ///   - side: The width and height of the pictures to be generated.
    ///   - referenceSide: The width and height of the cut-outs.
    ///   - placement: How cut-outs are laid out.
    package init(
        _ sampler: WorldSampler,
        count: Int,
        side: Int = 64,
        referenceSide: Int = 64,
        placement: CutOutPlacement = CutOutPlacement()
    ) {
        precondition(count > 0, "an epoch has at least one sample")
        self.sampler = sampler
        self.count = count
        renderer = Renderer(side: side)
        self.referenceSide = referenceSide
        self.placement = placement
    }

    package func sample(epoch: Int, offset: Int) -> ViewPair {
        let number = ShuffledOrder(count: count, seed: sampler.seed, epoch: epoch)[offset]
        let subject = sampler.subject(number)
        let description = sampler.view(2 * epoch, of: subject)
        let picture = renderer.render(description)
        let other = renderer.render(sampler.view(2 * epoch + 1, of: subject))
        var random = CounterGenerator(
            seed: sampler.seed &+ UInt64(epoch),
            stream: 6 << 60 | UInt64(number)
        )
        return ViewPair(
            image: picture.image,
            mask: picture.mask,
            reference: placement.placed(
                LoadedView(image: picture.image, mask: picture.mask),
                side: referenceSide,
                using: &random
            ),
            positive: placement.placed(
                LoadedView(image: other.image, mask: other.mask),
                side: referenceSide,
                using: &random
            ),
            caption: description.caption(.noun),
            className: subject.subjectClass.noun,
            subject: number
        )
    }
}
