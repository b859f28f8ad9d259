internal import Confinement
internal import Foundation
package import Imaging

extension MultiViewDataset {
    /// Decodes a picture and its mask. Errors name the file.
    ///
    /// - Parameters:
    ///   - view: One of this data set's views.
    ///   - sufficientSide: How large its shorter side must be at least; large JPEG files are decoded smaller.
    ///   - limits: How much a file may ask for.
    package func load(
        _ view: SubjectView,
        sufficientSide: Int? = nil,
        limits: ImageLimits = ImageLimits()
    ) throws -> LoadedView {
        let decoder = ImageDecoder(limits: limits, sufficientSide: sufficientSide)
        let decoded = try decode(view.image, decoder)
        guard let file = view.mask else {
            return LoadedView(image: decoded.image, mask: decoded.alpha)
        }
        let mask = try mask(file, limits)
        guard mask.boundingBox() != nil else { throw DatasetError.emptyMask(file.path) }
        let image = decoded.image
        if mask.width == image.width, mask.height == image.height {
            return LoadedView(image: image, mask: mask)
        }
        let resized =
            file.form == .grey
            ? mask.resized(width: image.width, height: image.height)
            : mask.resizedToNearest(width: image.width, height: image.height)
        return LoadedView(image: image, mask: resized)
    }

    /// Decodes a mask file.
    private func mask(_ file: MaskFile, _ limits: ImageLimits) throws -> Mask {
        let decoded = try decode(file.path, ImageDecoder(limits: limits))
        let (width, height) = (decoded.image.width, decoded.image.height)
        if file.form == .transparency, let alpha = decoded.alpha {
            return Mask(
                width: width,
                height: height,
                values: alpha.values.map { $0 > 128 ? 255 : 0 }
            )
        }
        let grey = stride(from: 0, to: decoded.image.pixels.count, by: 3).map {
            decoded.image.pixels[$0]
        }
        let values = file.form == .grey ? grey : grey.map { $0 > 225 ? 255 : 0 }
        return Mask(width: width, height: height, values: values)
    }

    /// Decodes a file of the data set.
    private func decode(_ path: String, _ decoder: ImageDecoder) throws -> DecodedImage {
        try naming(path) { file throws(ImageError) in try decoder.decode(contentsOf: file) }
    }

    /// Reads a file of the data set; errors name it by its path below the root.
    func naming<Result>(
        _ path: String,
        _ body: (_ file: String) throws(ImageError) -> Result
    ) throws -> Result {
        guard let place = try folder.open(path) else {
            let reason = "there is no such file, or it may not be read"
            throw ImageError.inFile(name: path, .unreadable(reason: reason))
        }
        defer { withExtendedLifetime(place) {} }
        do throws(ImageError) {
            return try body(place.path)
        } catch .inFile(_, let error) {
            throw ImageError.inFile(name: path, error)
        }
    }
}
