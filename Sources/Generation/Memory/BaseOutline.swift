internal import CLIP
internal import CustomContrast
internal import Foundation
internal import Layers
internal import StableDiffusion
internal import Tensors

/// The sizes of a base that decide how much memory it takes; no weights are read.
struct BaseOutline {
    /// The largest size that is reckoned with; it is far beyond any model's.
    private static let largestSize = 1 << 14

    let folder: ModelFolder
    let unet: UNetConfiguration
    let autoencoder: AutoencoderConfiguration
    let texts: [CLIPTextConfiguration]
    let image: CLIPVisionConfiguration?
    let unetWeights: WeightMemory
    let autoencoderWeights: WeightMemory
    /// Bytes of the text encoders' weights in use.
    let textBytes: Int
    /// Bytes of the image encoder's weights in use.
    let imageBytes: Int

    /// Reads the configurations and the headers of a folder's weights.
    ///
    /// - Parameter precision: Numbers that matrix products will take.
    init(_ folder: ModelFolder, precision: ProductPrecision = .float32) throws {
        self.folder = folder
        unet = try folder.unetConfiguration()
        autoencoder = try AutoencoderConfiguration(
            file: folder.folder(of: .autoencoder).appending(path: "config.json")
        )
        let textParts: [ModelPart] =
            folder.family == .stableDiffusionXL
            ? [.textEncoder, .secondTextEncoder] : [.textEncoder]
        texts = try textParts.map { part in
            try CLIPTextConfiguration(file: folder.folder(of: part).appending(path: "config.json"))
        }
        try BaseOutline.require(
            unet.sizes + autoencoder.blockChannels + texts.flatMap(\.sizes),
            of: folder.url
        )
        let textSources = try zip(textParts, texts).map { part, configuration in
            try folder.textEncoderWeights(of: part, layerCount: configuration.layerCount)
        }
        textBytes = textSources.reduce(0) { $0 + WeightMemory.whole($1, precision) }
        unetWeights = WeightMemory(try folder.weights(of: unet), precision: precision)
        autoencoderWeights = WeightMemory(try folder.weights(of: autoencoder))
        guard folder.contains(.imageEncoder) else {
            (image, imageBytes) = (nil, 0)
            return
        }
        let imageFolder = try folder.folder(of: .imageEncoder)
        image = try CLIPVisionConfiguration(file: imageFolder.appending(path: "config.json"))
        let imageSource = try CLIPVisionModel.weights(folder: imageFolder)
        imageBytes = WeightMemory.whole(imageSource, precision)
    }

    /// Requires that sizes of a folder's configurations can be reckoned with; most are no model's.
    static func require(_ sizes: [Int], of folder: URL) throws {
        if let size = sizes.first(where: { !(0...largestSize ~= $0) }) {
            throw ModelFileError.unsupported(
                option: "a size in the configurations of \(folder.path)",
                value: "\(size)",
                supported: "0 … \(largestSize)"
            )
        }
    }

    /// The side of the pictures the base was trained on, in pixels.
    var pictureSide: Int { (unet.sampleSize ?? 64) * autoencoder.reductionFactor }

    /// The weights of the UNet in use.
    func unetBytes(samples: Int, size: (height: Int, width: Int), trains: Bool) -> Int {
        unetWeights.unet(
            levels: unet.levels.count,
            samples: samples,
            size: size,
            trains: trains
        )
    }

    /// What the text encoders compute.
    func textWork(passes: Int, trains: Bool, checkpoints: Bool = false) -> Int {
        texts.reduce(0) { sum, text in
            sum
                + ActivationMemory.textEncoder(
                    width: text.width,
                    layers: text.layerCount,
                    passes: passes,
                    trains: trains,
                    checkpoints: checkpoints
                )
        }
    }
}

extension UNetConfiguration {
    /// What decides how much memory it takes.
    var sizes: [Int] {
        levels.flatMap {
            [
                $0.channels, $0.layerCount, $0.encoderTransformerDepth ?? 0,
                $0.decoderTransformerDepth ?? 0,
            ]
        } + [sampleSize ?? 0]
    }
}

extension CLIPVisionConfiguration {
    /// What decides how much memory it takes.
    var sizes: [Int] { [width, intermediateWidth, layerCount, imageSize, patchSize] }
}

extension CLIPTextConfiguration {
    /// What decides how much memory it takes.
    var sizes: [Int] { [width, intermediateWidth, layerCount, length] }
}
