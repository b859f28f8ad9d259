package import Foundation
package import Layers
package import Tensors

/// Text and vision model of one CLIP, as they are compared with each other (Radford et al. 2021).
///
/// Matches transformers `CLIPModel`.
package struct CLIPModel {
    package let textModel: CLIPTextModel
    package let visionModel: CLIPVisionModel
    /// The logarithm of what cosines are multiplied by to become logits, shape `[]`.
    package let logitScale: Parameter

    /// What `logitScale` starts with, as in the paper: a temperature of 0.07.
    package static let initialLogitScale = log(Float(1) / 0.07)

    package init(
        _ scope: ParameterScope,
        text: CLIPTextConfiguration,
        vision: CLIPVisionConfiguration
    ) throws {
        textModel = try CLIPTextModel(scope, configuration: text, projects: true)
        visionModel = try CLIPVisionModel(scope, configuration: vision)
        logitScale = try scope.parameter(
            "logit_scale",
            shape: [],
            initialization: .constant(CLIPModel.initialLogitScale)
        )
    }

    /// Loads a folder that holds the whole model, such as `openai/clip-vit-base-patch32`.
    package init(folder: URL, variant: String? = nil) throws {
        let file = folder.appendingPathComponent("config.json")
        let weights = try SafeTensorsWeights(folder: folder.path, variant: variant)
        let scope = ParameterScope.loading(from: weights)
        try self.init(
            scope,
            text: try CLIPTextConfiguration(file: file),
            vision: try CLIPVisionConfiguration(file: file)
        )
        try scope.finish()
    }

    /// Cosine similarities of texts and pictures, `[texts, pictures]`.
    ///
    /// - Parameters:
    ///   - textEmbeds: `[texts, P]`, as projected.
    ///   - imageEmbeds: `[pictures, P]`, as projected.
    package static func similarities(textEmbeds: Tensor, imageEmbeds: Tensor) -> Tensor {
        matrixMultiply(
            textEmbeds.l2Normalized(),
            imageEmbeds.l2Normalized(),
            transposingRight: true
        )
    }
}
