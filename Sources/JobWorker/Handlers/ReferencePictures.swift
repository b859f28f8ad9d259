internal import Datasets
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
        decoder = ImageDecoder(limits: context.configuration.imageLimits)
    }

    /// A subject's pictures as training lays them out: cut out by the subject's mask (the first) or by their own
    /// transparency, in the middle of a white square with a tenth of it free around; a picture with neither is
    /// padded to a square, or left to CLIP's own crop.
    func subject(_ subject: SubjectReference, defaultScale: Float) throws -> SubjectPictures {
        let images = try subject.images.enumerated().map { index, reference in
            let decoded = try decode(reference)
            var view = LoadedView(image: decoded.image, mask: decoded.alpha?.unlessOpaque)
            var place = reference
            if index == 0, let mask = subject.mask {
                place = mask
                view.mask = try decode(mask).image.brightness
                    .resizedToNearest(width: view.image.width, height: view.image.height)
            }
            if let mask = view.mask, mask.boundingBox() == nil {
                throw DatasetError.emptyMask(place.relativePath)
            }
            if subject.fit == .crop, view.mask == nil { return view.image }
            return CutOutPlacement().framed(view)
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
            let decoded = try decoder.decode(Array(content))
            if decoded.isReducedByLimits {
                context.warn(
                    """
                    \(reference.relativePath) has more than the \(decoder.limits.pixels) pixels that are \
                    allowed (CONTRAST_MAX_IMAGE_PIXELS); it is read at 1/\(decoded.denominator) of its size.
                    """
                )
            }
            return decoded
        } catch {
            throw ImageError.inFile(name: reference.relativePath, error)
        }
    }
}

extension Mask {
    /// The mask, unless all of it is inside: transparency that hides nothing tells of no subject.
    fileprivate var unlessOpaque: Mask? { values.allSatisfy { $0 == 255 } ? nil : self }
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
