package import CLIP
package import Tensors

/// What turns pictures of a subject into features: the MFI encoder, or the image side of an IP-Adapter.
package enum SubjectEncoder {
    /// The MFI encoder; it reads the hidden states of the listed CLIP layers, joined along the tokens.
    case multimodal(MFIEncoder, imageLayers: [Int])
    /// IP-Adapter-plus: it reads the hidden state before the last layer.
    case resampler(Resampler)
    /// The plain IP-Adapter: it reads the projected image embedding.
    case projection(ImageProjection)

    /// Whether the features change with the timestep.
    package var dependsOnTimestep: Bool {
        switch self {
        case .multimodal(let encoder, _): encoder.dependsOnTimestep
        case .resampler, .projection: false
        }
    }

    /// What the encoder reads of pictures: `[N, T, imageWidth]`, or `[N, e]` for `projection`.
    ///
    /// - Throws: If the adapter was made for an image encoder of another size.
    package func imageFeatures(of output: CLIPVisionOutput) throws(AdapterError) -> Tensor {
        let features = try unchecked(output)
        let found = features.shape[features.rank - 1]
        guard found == imageWidth else {
            throw .configuration("expected image features \(imageWidth) wide, found \(found)")
        }
        return features
    }

    /// The width of what the encoder reads.
    private var imageWidth: Int {
        switch self {
        case .multimodal(let encoder, _): encoder.imageWidth
        case .resampler(let resampler): resampler.qFormer.imageWidth
        case .projection(let projection): projection.embeddingWidth
        }
    }

    /// What the encoder reads of pictures, of whatever width it is.
    private func unchecked(_ output: CLIPVisionOutput) throws(AdapterError) -> Tensor {
        switch self {
        case .multimodal(_, let layers):
            if let deepest = layers.max(), deepest >= output.hiddenStates.count {
                throw .configuration(
                    "expected an image encoder of at least \(deepest) layers, "
                        + "found \(output.hiddenStates.count - 1)"
                )
            }
            return concatenated(layers.map { output.hiddenStates[$0] }, axis: 1)
        case .resampler:
            return output.hiddenStates[output.hiddenStates.count - 2]
        case .projection:
            return output.imageEmbeds
        }
    }

    /// The features that stand for "no picture", of one sample: those of a zero pixel tensor (after
    /// normalisation), and a zero embedding for `projection`, as IP-Adapter was trained.
    package func blankFeatures(_ model: CLIPVisionModel) throws(AdapterError) -> Tensor {
        let side = model.configuration.imageSize
        let features = try imageFeatures(of: model(.zeros([1, side, side, 3])))
        if case .projection = self { return .zeros(features.shape) }
        return features
    }

    /// Several pictures of one subject as `media(ofSubject:)` reads them. The MFI encoder looks at all of them at
    /// once, so their tokens lie side by side, `[1, R·T, imageWidth]`; the IP-Adapters look at each alone.
    package func joined(_ features: Tensor) -> Tensor {
        guard case .multimodal = self else { return features }
        return features.reshaped(to: [1, features.shape[0] * features.shape[1], features.shape[2]])
    }

    /// What does not depend on the timestep, of the pictures of one subject as one sample. The IP-Adapters'
    /// tokens of each picture lie side by side, as in diffusers' `MultiIPAdapterImageProjection`.
    func media(ofSubject joined: Tensor) -> MFIMedia {
        let media = media(joined)
        guard case .multimodal = self else { return media.withTokensInOneRow }
        return media
    }

    /// What does not depend on the timestep, from `imageFeatures`.
    package func media(_ features: Tensor) -> MFIMedia {
        switch self {
        case .multimodal(let encoder, _): encoder.media(features)
        case .resampler(let resampler): MFIMedia(visual: resampler(features), textual: nil)
        case .projection(let projection): MFIMedia(visual: projection(features), textual: nil)
        }
    }

    /// The features at each sample's timestep (0…999).
    package func callAsFunction(_ media: MFIMedia, timesteps: [Float]) -> MFIFeatures {
        switch self {
        case .multimodal(let encoder, _):
            encoder(media, timesteps: timesteps)
        case .resampler, .projection:
            MFIFeatures(textual: nil, visual: nil, subjectTokens: media.visual)
        }
    }
}
