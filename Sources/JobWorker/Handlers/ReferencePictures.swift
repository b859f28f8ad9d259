internal import Generation
internal import Imaging
internal import Requests

/// Reads the reference pictures of a request: from below the input root, upright, within the limits.
struct ReferencePictures {
    private let context: JobContext
    private let decoder: ImageDecoder

    /// Creates the reader of a job's references.
    init(_ context: JobContext) {
        self.context = context
        let configuration = context.configuration
        decoder = ImageDecoder(
            limits: ImageLimits(
                bytes: configuration.maximumImageBytes,
                pixels: configuration.maximumImagePixels
            )
        )
    }

    /// A subject's pictures, each padded to a square on white; the first is cut out by the subject's mask
    /// if there is one, all by their own transparency.
    func subject(_ subject: SubjectReference, defaultScale: Float) throws -> SubjectPictures {
        let mask = try subject.mask.map { try decode($0).image.brightness }
        let images = try subject.images.enumerated().map { index, reference in
            var image = try decode(reference).image
            if index == 0, let mask {
                image = image.cutOut(
                    by: mask.resizedToNearest(width: image.width, height: image.height)
                )
            }
            return image.paddedToSquare()
        }
        return SubjectPictures(
            className: subject.className,
            images: images,
            scale: subject.scale ?? defaultScale
        )
    }

    /// The picture in a file; errors name it as the request does.
    private func decode(_ reference: FileReference) throws -> DecodedImage {
        let content = try context.inputs.read(
            reference,
            limit: context.configuration.maximumImageBytes
        )
        do throws(ImageError) {
            return try decoder.decode(Array(content))
        } catch {
            throw ImageError.inFile(name: reference.relativePath, error)
        }
    }
}

extension RGBImage {
    /// How bright each pixel is: what a mask picture means.
    fileprivate var brightness: Mask {
        let values = (0..<width * height).map { pixel -> UInt8 in
            let sum = pixels[3 * pixel..<3 * pixel + 3].reduce(0) { $0 + Int($1) }
            return UInt8(sum / 3)
        }
        return Mask(width: width, height: height, values: values)
    }
}
