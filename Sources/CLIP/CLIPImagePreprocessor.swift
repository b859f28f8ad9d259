package import Foundation
package import Imaging
internal import Layers
package import Tensors

/// Turns pictures into what an image encoder reads: resized, centre cropped, normalised.
///
/// Matches transformers' `CLIPImageProcessor` (Pillow): resampled in 8 bits and antialiased.
package struct CLIPImagePreprocessor: Sendable, Equatable {
    /// What the shorter side is resized to, in pixels.
    package var shorterSide: Int
    /// Whether the longer side stays in proportion, rather than being resized to as much.
    package var keepsProportions = true
    /// How pixels are mixed.
    package var filter = ResamplingFilter.bicubic
    /// Sides of the square that is cut out of the middle, in pixels.
    package var cropSize: Int
    /// What is subtracted from red, green and blue in 0…1.
    package var mean: [Float]
    /// What they are divided by then.
    package var standardDeviation: [Float]

    /// CLIP's statistics for pictures of a size.
    package init(imageSize: Int = 224) {
        shorterSide = imageSize
        cropSize = imageSize
        mean = [0.48145466, 0.4578275, 0.40821073]
        standardDeviation = [0.26862954, 0.26130258, 0.27577711]
    }

    /// Reads a `preprocessor_config.json`.
    package init(file: URL) throws {
        self = try ModelFile.decode(Self.self, from: file)
    }

    /// The preparation for an image encoder: its folder's own `preprocessor_config.json`, else that of the base
    /// beside it where it makes pictures of the encoder's size, else CLIP's.
    ///
    /// A base without an image encoder of its own may have a feature extractor for its safety checker.
    ///
    /// - Parameters:
    ///   - folder: The image encoder's folder.
    ///   - featureExtractor: The base's `feature_extractor/preprocessor_config.json`, if there may be one.
    ///   - imageSize: Sides of the pictures the encoder reads.
    package init(folder: URL, featureExtractor: URL? = nil, imageSize: Int) throws {
        let own = folder.appending(path: "preprocessor_config.json")
        if FileManager.default.fileExists(atPath: own.path) {
            self = try CLIPImagePreprocessor(file: own)
            guard cropSize == imageSize else {
                throw ModelFileError.otherModel(
                    own,
                    option: "crop_size",
                    found: cropSize,
                    needed: "\(imageSize), the image_size of the image encoder"
                )
            }
            return
        }
        if let featureExtractor,
            FileManager.default.fileExists(atPath: featureExtractor.path)
        {
            let found = try CLIPImagePreprocessor(file: featureExtractor)
            if found.cropSize == imageSize {
                self = found
                return
            }
        }
        self.init(imageSize: imageSize)
    }

    /// The pictures as one batch `[N, S, S, 3]`.
    package func callAsFunction(_ images: [RGBImage]) -> Tensor {
        let pixels = images.map { image in
            let resized =
                keepsProportions
                ? image.resized(shorterSide: shorterSide, filter: filter)
                : image.resized(width: shorterSide, height: shorterSide, filter: filter)
            return resized.centerCropped(width: cropSize, height: cropSize)
        }
        let shape: Shape = [images.count, cropSize, cropSize, 3]
        let unit = Tensor(pixels.flatMap { $0.pixels.map { Float($0) / 255 } }, shape: shape)
        return (unit - Tensor(mean, shape: [3])) / Tensor(standardDeviation, shape: [3])
    }
}
