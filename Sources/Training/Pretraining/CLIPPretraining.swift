package import CLIP
package import Datasets
internal import Imaging
package import Tensors

/// Trains a CLIP text and vision model together from scratch: pictures find their captions and captions
/// their pictures (Radford et al. 2021, Fig. 3).
///
/// Captions that occur twice in a batch share the target equally, because neither picture is wrong.
package final class CLIPPretraining: TrainingTask {
    /// The largest factor on the cosines, as in the paper.
    private static let maximumLogitScale: Float = 100

    private let model: CLIPModel
    private let tokenizer: CLIPTokenizer
    private let preprocessor: CLIPImagePreprocessor
    private let pictures: BatchStream<CaptionedPicture>
    package let parameters: [Parameter]

    /// Creates the task for a trainable model with these parameters.
    package init(
        model: CLIPModel,
        parameters: [Parameter],
        tokenizer: CLIPTokenizer,
        preprocessor: CLIPImagePreprocessor,
        pictures: BatchStream<CaptionedPicture>
    ) {
        self.model = model
        self.parameters = parameters
        self.tokenizer = tokenizer
        self.preprocessor = preprocessor
        self.pictures = pictures
    }

    package func loss(step: Int, microBatch: Int) throws -> TrainingLoss {
        let (samples, dataWait) = try pictures.next()
        let ids = samples.map(\.caption).map { tokenizer.encode($0).ids }
        guard let textEmbeds = model.textModel(ids: ids).textEmbeds else {
            preconditionFailure("a text model without a projection cannot be matched with pictures")
        }
        let imageEmbeds = model.visionModel(preprocessor(samples.map(\.image))).imageEmbeds
        let scale = model.logitScale.tensor.exponential()
            .clamped(to: 0...CLIPPretraining.maximumLogitScale)
        let similarities = CLIPModel.similarities(textEmbeds: textEmbeds, imageEmbeds: imageEmbeds)
        let logits = similarities * scale  // [captions, pictures]
        let targets = CLIPPretraining.targets(for: samples.map(\.caption))
        let captionLoss = CLIPPretraining.crossEntropy(logits, targets)
        let pictureLoss = CLIPPretraining.crossEntropy(logits.transposed(1, 0), targets)
        let total = 0.5 * (pictureLoss + captionLoss)
        return TrainingLoss(
            total: total,
            parts: [("loss/contrastive", total.scalar), ("logit_scale", scale.scalar)],
            dataWait: dataWait
        )
    }

    /// `[N, N]`: the share of each caption in a picture's target. Symmetric.
    private static func targets(for captions: [String]) -> Tensor {
        let counts = Dictionary(captions.map { ($0, Float(1)) }, uniquingKeysWith: +)
        return Tensor(
            captions.flatMap { row in
                captions.map { $0 == row ? 1 / (counts[row] ?? 1) : 0 }
            },
            shape: [captions.count, captions.count]
        )
    }

    /// −Σ target · log softmax(logits), mean over rows.
    private static func crossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
        let logProbabilities = logits - logits.logSumExp(axis: 1, keepingAxis: true)
        return -(targets * logProbabilities).sum() / Float(logits.shape[0])
    }
}
