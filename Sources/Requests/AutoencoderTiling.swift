/// Whether a picture is decoded tile by tile, which takes the memory of one tile.
package enum AutoencoderTiling: String, CaseIterable, Sendable {
    /// Where memory would not suffice otherwise.
    case auto
    /// Where a picture is larger than the autoencoder was trained on: on every worker alike, as after
    /// diffusers' `enable_vae_tiling`.
    case always
    case never
}
