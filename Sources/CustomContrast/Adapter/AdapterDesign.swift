/// What an adapter is built of: its kind and its sizes.
package enum AdapterDesign: Sendable, Equatable {
    /// Our own.
    case customContrast(CustomContrastConfiguration)
    /// IP-Adapter-plus: a resampler and the visual branch.
    case ipAdapterPlus(QFormerDimensions, tokenCount: Int)
    /// The plain IP-Adapter: a projection and the visual branch.
    case ipAdapter(embeddingWidth: Int, tokenCount: Int, outputWidth: Int)

    /// Where a caption's placeholders stand.
    var placement: PlaceholderPlacement {
        guard case .customContrast(let configuration) = self else { return .replace }
        return configuration.placement
    }
}
