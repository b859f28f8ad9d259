/// Why files are not registered as a model: one sentence that names the file.
package enum ModelListingError: Error, Equatable, Sendable {
    case missing(String)
    case unreadable(String)
    /// Neither a pipeline nor a file of a kind that this program reads.
    case unknown(String, found: String)
    /// A tensor has another shape than the configuration beside it says.
    case shape(file: String, key: String, expected: String, found: [Int])
}

extension ModelListingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "expected \(path), found nothing there; copy the whole model, as its publisher has it."
        case .unreadable(let path):
            "expected the JSON of a model's configuration in \(path), found something else; download it again."
        case .unknown(let path, let found):
            "expected Stable Diffusion 1, SDXL, an adapter, a CLIP or a DINOv2 in \(path), found \(found); "
                + "other models are not read."
        case .shape(let file, let key, let expected, let found):
            "expected \"\(key)\" in \(file) to be \(expected) as config.json says, found \(found); "
                + "the two belong to different models."
        }
    }
}
