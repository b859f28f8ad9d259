internal import CLIP
internal import Foundation
internal import Layers
package import Requests
package import StableDiffusion
internal import Tensors

extension MemoryNeed {
    /// What a `pretrain` job takes in a step.
    ///
    /// - Parameter folder: The base of which a part is trained, with the configurations of all of them.
    package init(_ request: PretrainingRequest, base folder: ModelFolder) throws {
        let sizes = try PretrainedSizes(request, base: folder)
        // The value, its gradient and two moments; the moving average; the sum over passes.
        let copies =
            4 + (request.emaDecay > 0 ? 1 : 0)
            + (request.optimizer.gradientAccumulationSteps > 1 ? 1 : 0)
        self.init(stages: [
            Stage(
                name: "a training step",
                parts: [
                    ("process", MemoryNeed.process),
                    ("trained weights", copies * WeightMemory.valueSize * sizes.trainedCount),
                    ("frozen weights", sizes.frozenBytes),
                    ("activations", MemoryNeed.withIdle(sizes.tape)),
                ]
            )
        ])
    }
}

/// What the part of a base takes that a pretraining trains, and what it reads beside it.
private struct PretrainedSizes {
    /// The values of the weights that are trained.
    let trainedCount: Int
    /// Bytes of the weights that are only read.
    let frozenBytes: Int
    /// Bytes that a step keeps for gradients.
    let tape: Int

    init(_ request: PretrainingRequest, base folder: ModelFolder) throws {
        func file(_ part: ModelPart) throws -> URL {
            try folder.folder(of: part).appending(path: "config.json")
        }
        func count(_ build: (ParameterScope) throws -> Void) throws -> Int {
            let scope = ParameterScope.outlining()
            try build(scope)
            return scope.parameters.reduce(0) { $0 + $1.shape.elementCount }
        }
        let samples = request.optimizer.batchSize
        let side = request.resolution
        let autoencoder = try AutoencoderConfiguration(file: file(.autoencoder))
        let text = try CLIPTextConfiguration(file: file(.textEncoder))
        try BaseOutline.require(
            autoencoder.blockChannels + [autoencoder.layersPerBlock] + text.sizes,
            of: folder.url
        )
        let autoencoderCount = try count { _ = try AutoencoderKL($0, configuration: autoencoder) }
        switch request.component {
        case .autoencoder:
            trainedCount = autoencoderCount
            frozenBytes = 0
            tape = ActivationMemory.autoencoderTape(
                autoencoder,
                samples: samples,
                size: (height: side, width: side)
            )
        case .clip:
            let vision = try CLIPVisionConfiguration(file: file(.imageEncoder))
            try BaseOutline.require(vision.sizes, of: folder.url)
            trainedCount = try count { _ = try CLIPModel($0, text: text, vision: vision) }
            frozenBytes = 0
            tape =
                ActivationMemory.imageEncoderTape(vision, images: samples)
                + ActivationMemory.textEncoder(
                    width: text.width,
                    layers: text.layerCount,
                    length: text.length,
                    passes: samples,
                    trains: !request.freezesTextEncoder
                )
        case .unet:
            let unet = try folder.unetConfiguration()
            try BaseOutline.require(unet.sizes, of: folder.url)
            trainedCount = try count { _ = try UNet2DConditionModel($0, configuration: unet) }
            let textCount = try count {
                _ = try CLIPTextModel($0, configuration: text, projects: true)
            }
            frozenBytes = WeightMemory.valueSize * (autoencoderCount + textCount)
            let factor = autoencoder.reductionFactor
            tape = max(
                ActivationMemory.unetTape(
                    unet,
                    samples: samples,
                    size: (height: side / factor, width: side / factor),
                    checkpoints: request.optimizer.checkpointsGradients
                ),
                ActivationMemory.encoder(
                    autoencoder,
                    samples: samples,
                    size: (height: side, width: side)
                )
            )
        }
    }
}
