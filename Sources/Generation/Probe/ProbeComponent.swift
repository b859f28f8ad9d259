/// The components that a probe can run, under the names the command line has for them.
package enum ProbeComponent: String, Sendable, CaseIterable {
    /// The denoiser.
    case unet
    case autoencoderEncode = "vae-encode"
    case autoencoderDecode = "vae-decode"
    case textEncoder = "text-encoder"
    case secondTextEncoder = "text-encoder-2"
    case imageEncoder = "image-encoder"
    case dinov2
    case ipAdapter = "ip-adapter"
    case tokenizer

    /// Whether it can be run in another precision than float32. The autoencoder, judges and adapters cannot.
    package var hasPrecisions: Bool {
        switch self {
        case .unet, .textEncoder, .secondTextEncoder, .imageEncoder: true
        case .autoencoderEncode, .autoencoderDecode, .dinov2, .ipAdapter, .tokenizer: false
        }
    }
}
