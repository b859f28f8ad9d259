/// The kinds of adapter that are trained.
package enum AdapterMethod: String, CaseIterable, Sendable {
    /// CustomContrast, or the pieces of it that are switched on.
    case customcontrast
    /// IP-Adapter: a projection of the image embedding and the visual branch.
    case ipAdapter = "ip-adapter"
    /// IP-Adapter-plus: a resampler of the image encoder's hidden states and the visual branch.
    case ipAdapterPlus = "ip-adapter-plus"
}
