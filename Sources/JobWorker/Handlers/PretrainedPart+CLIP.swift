internal import CLIP
internal import Foundation
internal import Layers
internal import Requests
internal import StableDiffusion
internal import Tensors
internal import Training

extension PretrainedPart {
    /// Batches a validation asks to match pictures with captions.
    private static let matchedBatches = 4

    /// Trains text and vision encoder together and ships them as two parts.
    func trainCLIP() throws {
        let folder = try draft.folder
        let scope = scope
        let model = try CLIPModel(
            scope,
            text: CLIPTextConfiguration(file: draft.file(.textEncoder, "config.json")),
            vision: CLIPVisionConfiguration(file: draft.file(.imageEncoder, "config.json"))
        )
        let tokenizer = try CLIPTokenizer(folder: folder.folder(of: .tokenizer))
        let preprocessor = CLIPImagePreprocessor(imageSize: model.visionModel.configuration.imageSize)
        let task = CLIPPretraining(
            model: model,
            parameters: scope.parameters,
            tokenizer: tokenizer,
            preprocessor: preprocessor,
            pictures: pictures
        )
        try train(
            task,
            validation: { step in
                let share = try matchedShare(model, tokenizer, preprocessor)
                context.report(metric: "validation/matched", value: Double(share), step: step)
            },
            finish: {
                try write(scope.parameters, to: draft.file(.textEncoder, "model.safetensors")) { key in
                    key.hasPrefix("text_") ? key : nil
                }
                try write(scope.parameters, to: draft.file(.imageEncoder, "model.safetensors")) { key in
                    key.hasPrefix("vision_model.") || key.hasPrefix("visual_projection.") ? key : nil
                }
            }
        )
    }

    /// The share of pictures whose own caption is the nearest of its batch.
    private func matchedShare(
        _ model: CLIPModel,
        _ tokenizer: CLIPTokenizer,
        _ preprocessor: CLIPImagePreprocessor
    ) throws -> Float {
        var (matched, count) = (0, 0)
        for index in 0..<PretrainedPart.matchedBatches {
            let batch = try pictures.batch(step: index, microBatch: 0)
            let output = model.textModel(ids: batch.captions.map { tokenizer.encode($0).ids })
            guard let textEmbeds = output.textEmbeds else {
                preconditionFailure("a joint model projects its texts")
            }
            let similarities = CLIPModel.similarities(
                textEmbeds: textEmbeds,
                imageEmbeds: model.visionModel(preprocessor(batch.images)).imageEmbeds
            ).transposed(1, 0).values
            for picture in batch.images.indices {
                let row = similarities[picture * batch.captions.count..<(picture + 1) * batch.captions.count]
                let best = row.indices.max { row[$0] < row[$1] }.map { $0 - row.startIndex }
                if let best, batch.captions[best] == batch.captions[picture] { matched += 1 }
                count += 1
            }
        }
        return Float(matched) / Float(count)
    }
}
