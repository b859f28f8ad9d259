import CLIP
import CustomContrast
import Datasets
import Foundation
import Layers
import Optimizers
import Requests
import StableDiffusion
import Tensors
import TestSupport

@testable import Training

/// A training of one kind over the small base of the generation fixture, with a data set of six samples.
enum TinyTraining: String, CaseIterable {
    case adapter, ipAdapter, ipAdapterPlus, autoencoder, clip, unet

    static let batchSize = 3
    private static var base: URL { Fixtures.folder("Generation/sd") }

    /// The parts of a loss that the metrics name.
    var losses: [String] {
        switch self {
        case .adapter:
            [
                "loss/denoising", "loss/semantic", "loss/appearance", "loss/location",
                "appearance/clamped_share",
            ]
        case .autoencoder: ["loss/reconstruction", "loss/colour", "loss/divergence"]
        case .clip: ["loss/contrastive", "logit_scale"]
        case .unet, .ipAdapter, .ipAdapterPlus: ["loss/denoising"]
        }
    }

    /// A fresh task, its data from the micro-batch on that a resumed training is at.
    ///
    /// - Parameters:
    ///   - sampleCount: `batchSize` for a task that sees the same samples in every batch.
    ///   - drops: The rates at which an adapter's conditions are hidden.
    ///   - weighting: How an adapter's errors count at different timesteps.
    func task(
        firstBatch: Int = 0,
        sampleCount: Int = 6,
        drops: ConditionDrops = ConditionDrops(image: 0, text: 0, both: 0),
        weighting: MinSNRWeighting? = nil
    ) throws -> any TrainingTask {
        func pictures() throws -> BatchStream<CaptionedPicture> {
            try BatchStream(
                TestPictures(count: sampleCount),
                batchSize: TinyTraining.batchSize,
                firstBatch: firstBatch
            )
        }
        switch self {
        case .adapter, .ipAdapter, .ipAdapterPlus:
            let views = try BatchStream(
                TestViews(count: sampleCount),
                batchSize: TinyTraining.batchSize,
                firstBatch: firstBatch
            )
            return try adapterTask(views: views, drops: drops, weighting: weighting)
        case .autoencoder:
            let scope = ParameterScope.initializing(seed: 1)
            let autoencoder = try AutoencoderKL(
                scope,
                configuration: AutoencoderConfiguration(
                    file: TinyTraining.base.appending(path: "vae/config.json")
                )
            )
            return AutoencoderPretraining(
                autoencoder: autoencoder,
                parameters: scope.parameters,
                pictures: try pictures(),
                divergenceWeight: 1e-6,
                seed: 3
            )
        case .clip:
            let scope = ParameterScope.initializing(seed: 2)
            // The two sides need a common width.
            var text = try CLIPTextConfiguration(
                file: TinyTraining.base.appending(path: "text_encoder/config.json")
            )
            let vision = try CLIPVisionConfiguration(
                file: TinyTraining.base.appending(path: "image_encoder/config.json")
            )
            text.projectionWidth = vision.projectionWidth
            return CLIPPretraining(
                model: try CLIPModel(scope, text: text, vision: vision),
                parameters: scope.parameters,
                tokenizer: try CLIPTokenizer(
                    folder: TinyTraining.base.appending(path: "tokenizer")
                ),
                preprocessor: CLIPImagePreprocessor(imageSize: vision.imageSize),
                pictures: try pictures()
            )
        case .unet:
            let scope = ParameterScope.initializing(seed: 4)
            let folder = try ModelFolder(TinyTraining.base)
            let scheduler = try folder.schedulerConfiguration()
            return UNetPretraining(
                unet: try UNet2DConditionModel(
                    scope,
                    configuration: UNetConfiguration(
                        file: TinyTraining.base.appending(path: "unet/config.json")
                    )
                ),
                parameters: scope.parameters,
                autoencoder: try AutoencoderKL(folder: folder.folder(of: .autoencoder)),
                text: try CLIPTextModel(folder: folder.folder(of: .textEncoder)),
                tokenizer: try CLIPTokenizer(folder: folder.folder(of: .tokenizer)),
                schedule: scheduler.noiseSchedule,
                predictionType: scheduler.predictionType,
                pictures: try pictures(),
                captionDropRate: 0.3,
                seed: 5
            )
        }
    }

    /// The whole objective over the fixture's base, every loss switched on; of IP-Adapters the denoising
    /// loss, which is all they have.
    private func adapterTask(
        views: BatchStream<ViewPair>,
        drops: ConditionDrops,
        weighting: MinSNRWeighting?
    ) throws -> AdapterTraining {
        let folder = try ModelFolder(TinyTraining.base)
        let scope = ParameterScope.loading(
            from: try SafeTensorsWeights(folder: folder.folder(of: .unet).path)
        )
        let unet = try UNet2DConditionModel(
            scope,
            configuration: UNetConfiguration(
                file: folder.folder(of: .unet).appending(path: "config.json")
            )
        )
        let imageEncoder = try ImageEncoder(folder: folder.folder(of: .imageEncoder))
        let text = try CLIPTextModel(folder: folder.folder(of: .textEncoder))
        let adapter = try SubjectAdapter(
            fresh: design(
                layers: unet.crossAttentionLayers,
                textWidth: text.configuration.width,
                vision: imageEncoder.model.configuration
            ),
            unet: unet,
            seed: 11
        )
        let prompts = PromptEncoder(
            stages: [
                PromptEncoder.Stage(
                    tokenizer: try CLIPTokenizer(folder: folder.folder(of: .tokenizer)),
                    model: text,
                    hiddenState: .last
                )
            ]
        )
        let scheduler = try folder.schedulerConfiguration()
        return try AdapterTraining(
            base: FrozenBase(
                unet: unet,
                autoencoder: try AutoencoderKL(folder: folder.folder(of: .autoencoder)),
                imageEncoder: imageEncoder,
                schedule: scheduler.noiseSchedule,
                predictionType: scheduler.predictionType,
                timeIDs: nil
            ),
            conditioner: SubjectConditioner(adapter: adapter, prompts: prompts),
            losses: AdapterLosses(
                objective: TrainingObjective(),
                semantic: self == .adapter ? CrossmodalSemanticContrast() : nil,
                appearance: self == .adapter ? MultiscaleAppearanceContrast() : nil,
                location: self == .adapter ? LocationLoss(side: 8) : nil,
                weighting: weighting
            ),
            drops: drops,
            views: views,
            seed: 6
        )
    }

    /// The sizes of a small adapter of this kind.
    private func design(
        layers: [CrossAttentionLayer],
        textWidth: Int,
        vision: CLIPVisionConfiguration
    ) -> AdapterDesign {
        switch self {
        case .ipAdapter:
            .ipAdapter(
                embeddingWidth: vision.projectionWidth,
                tokenCount: 4,
                outputWidth: textWidth
            )
        case .ipAdapterPlus:
            .ipAdapterPlus(imageWidth: vision.width, textWidth: textWidth, tokenCount: 3)
        default:
            .customContrast(
                CustomContrastConfiguration(
                    layers: layers,
                    textWidths: [textWidth],
                    imageWidth: vision.width,
                    imageLayerCount: vision.layerCount,
                    visualTokenCount: 3,
                    depth: 2,
                    spatiotemporal: SpatiotemporalSettings(frequencyCount: 16),
                    switches: .full
                )
            )
        }
    }
}
