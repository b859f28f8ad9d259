package import Foundation
package import Imaging
internal import Layers
package import Tensors

/// Turns pictures into what an image encoder reads: shorter side resized, centre cropped, normalised.
///
/// Matches transformers' `CLIPImageProcessor` (Pillow): resampled in 8 bits, bicubic and antialiased.
package struct CLIPImagePreprocessor: Sendable, Equatable {
    /// What the shorter side is resized to, in pixels.
    package var shorterSide: Int
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

    /// The pictures as one batch `[N, S, S, 3]`.
    package func callAsFunction(_ images: [RGBImage]) -> Tensor {
        let pixels = images.map { image in
            image.resized(shorterSide: shorterSide, filter: .bicubic)
                .centerCropped(width: cropSize, height: cropSize)
        }
        let shape: Shape = [images.count, cropSize, cropSize, 3]
        let unit = Tensor(pixels.flatMap { $0.pixels.map { Float($0) / 255 } }, shape: shape)
        return (unit - Tensor(mean, shape: [3])) / Tensor(standardDeviation, shape: [3])
    }
}
