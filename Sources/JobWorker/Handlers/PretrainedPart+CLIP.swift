internal import CLIP
internal import Datasets
internal import Foundation
internal import Imaging
internal import Layers
internal import Requests
internal import StableDiffusion
internal import Tensors
internal import Training

extension PretrainedPart {
    /// Pictures a validation matches with their captions, and how many at a time.
    private static let matchedCount = 256
    private static let matchedBatch = 64

    /// Trains text and vision encoder together and ships them as two parts.
    func trainCLIP() throws {
        let folder = try draft.folder
        let scope = try scopeOfCLIP
        let model = try CLIPModel(
            scope,
            text: CLIPTextConfiguration(file: draft.file(.textEncoder, "config.json")),
            vision: CLIPVisionConfiguration(file: draft.file(.imageEncoder, "config.json"))
        )
        if request.freezesTextEncoder {
            for parameter in scope.parameters where parameter.name.hasPrefix("text_model.") {
                parameter.isTrainable = false
            }
        }
        let tokenizer = try CLIPTokenizer(folder: folder.folder(of: .tokenizer))
        try checkTexts(tokenizer)
        let preprocessor = CLIPImagePreprocessor(
            imageSize: model.visionModel.configuration.imageSize
        )
        let task = CLIPPretraining(
            model: model,
            parameters: scope.parameters.filter(\.isTrainable),
            tokenizer: tokenizer,
            preprocessor: preprocessor,
            pictures: try batches()
        )
        try train(
            task,
            validation: { step in
                let share = try matchedShare(model, tokenizer, preprocessor)
                context.report(metric: "validation/matched", value: Double(share), step: step)
            },
            finish: {
                try write(scope.parameters, to: draft.file(.textEncoder, "model.safetensors")) {
                    key in
                    key.hasPrefix("text_") ? key : nil
                }
                try write(scope.parameters, to: draft.file(.imageEncoder, "model.safetensors")) {
                    key in
                    key.hasPrefix("vision_model.") || key.hasPrefix("visual_projection.")
                        ? key : nil
                }
            }
        )
    }

    /// Fresh weights, or the base's own to go on from. Folders of parts have no `logit_scale`, so that one
    /// starts afresh.
    private var scopeOfCLIP: ParameterScope {
        get throws {
            guard request.continuesBase || request.freezesTextEncoder else {
                return .initializing(seed: seed)
            }
            var tensors = ["logit_scale": Tensor(CLIPModel.initialLogitScale)]
            for part in [ModelPart.textEncoder, .imageEncoder] {
                let weights = try SafeTensorsWeights(folder: draft.folder.folder(of: part).path)
                for key in weights.keys { tensors[key] = try weights.tensor(key) }
            }
            let source = DictionaryWeights(
                tensors,
                origin: "text_encoder and image_encoder of the base"
            )
            return .loading(from: source, trainable: true)
        }
    }

    /// The share of pictures whose own caption is the nearest of its batch.
    private func matchedShare(
        _ model: CLIPModel,
        _ tokenizer: CLIPTokenizer,
        _ preprocessor: CLIPImagePreprocessor
    ) throws -> Float {
        let samples = try firstPictures(PretrainedPart.matchedCount)
        var matched = 0
        for first in stride(from: 0, to: samples.count, by: PretrainedPart.matchedBatch) {
            let batch = samples[first..<min(first + PretrainedPart.matchedBatch, samples.count)]
            let captions = batch.map(\.caption)
            let output = model.textModel(ids: captions.map { tokenizer.encode($0).ids })
            guard let textEmbeds = output.textEmbeds else {
                preconditionFailure("a joint model projects its texts")
            }
            let similarities = CLIPModel.similarities(
                textEmbeds: textEmbeds,
                imageEmbeds: model.visionModel(preprocessor(batch.map(\.image))).imageEmbeds
            )  // [captions, pictures]
            for picture in captions.indices {
                let column = captions.indices.map {
                    similarities.span[$0 * captions.count + picture]
                }
                let best = column.indices.max { column[$0] < column[$1] } ?? 0
                if captions[best] == captions[picture] { matched += 1 }
            }
        }
        return Float(matched) / Float(samples.count)
    }
}
