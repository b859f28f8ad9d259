package import SmallWorld

/// Pictures of the small world rendered when asked for: no two are the same, in any epoch.
package struct SmallWorldPictures: SampleSource {
    private let sampler: WorldSampler
    private let renderer: Renderer
    package let count: Int

    /// Creates the source; `count` is what counts as an epoch.
    package init(_ sampler: WorldSampler, side: Int = 64, count: Int = 10_000) {
        precondition(count > 0, "an epoch has at least one sample")
        self.sampler = sampler
        renderer = Renderer(side: side)
        self.count = count
    }

    package func sample(epoch: Int, offset: Int) -> CaptionedPicture {
        let number = epoch * count + offset
        let description = sampler.picture(number)
        return CaptionedPicture(
            image: renderer.render(description).image,
            caption: sampler.caption(number, for: description)
        )
    }
}
