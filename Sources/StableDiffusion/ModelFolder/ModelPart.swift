/// The parts of a model in the diffusers layout that this program reads, by their folders' names.
package enum ModelPart: String, Sendable, CaseIterable {
    case unet
    case autoencoder = "vae"
    case textEncoder = "text_encoder"
    case secondTextEncoder = "text_encoder_2"
    case tokenizer
    case secondTokenizer = "tokenizer_2"
    case scheduler
    case imageEncoder = "image_encoder"

    /// The classes a part may be of; `nil` if any is fine.
    var classNames: Set<String>? {
        switch self {
        case .unet: ["UNet2DConditionModel"]
        case .autoencoder: ["AutoencoderKL"]
        case .textEncoder, .secondTextEncoder: ["CLIPTextModel", "CLIPTextModelWithProjection"]
        case .tokenizer, .secondTokenizer: ["CLIPTokenizer", "CLIPTokenizerFast"]
        case .scheduler: nil
        case .imageEncoder: ["CLIPVisionModelWithProjection"]
        }
    }
}
