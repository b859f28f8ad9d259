/// Why an adapter cannot be used.
package enum AdapterError: Error, Equatable {
    /// The sizes or parts do not fit each other or the UNet.
    case configuration(String)
    /// The file is neither one of ours nor an IP-Adapter.
    case unknownKind(path: String)
    /// A metadata entry is missing or cannot be understood.
    case metadata(key: String, problem: String, path: String)
    /// The adapter was trained for another model; a job that generates can allow that, one that trains cannot.
    case otherModel(part: String, expected: String, found: String, path: String, canBeAllowed: Bool)
    /// The adapter is made for models of another kind.
    case doesNotFit(part: String, needed: String, found: String, base: String, path: String)
}

extension AdapterError: CustomStringConvertible {
    /// One sentence: what was expected, what was found and what to do.
    package var description: String {
        switch self {
        case .configuration(let problem):
            "The adapter's configuration does not fit the model: \(problem); use the base model and "
                + "image encoder it was made for."
        case .unknownKind(let path):
            "\(path) is expected to be a CustomContrast, IP-Adapter or IP-Adapter-plus file, but has "
                + "neither our metadata nor an image_proj that is known; check which file it is."
        case .metadata(let key, let problem, let path):
            "The metadata entry \"\(key)\" of \(path) \(problem); the file is damaged or from another "
                + "version of the program."
        case .doesNotFit(let part, let needed, let found, let base, let path):
            part == "base"
                ? "\(path) is made for a base of \(needed), but \(base) has \(found); name another base, or "
                    + "an adapter for this one."
                : "\(path) reads an image encoder of \(needed), but that of the base \(base) has \(found); "
                    + "put the right one into its folder image_encoder, name it as "
                    + "\"image_encoder\", or name another adapter."
        case .otherModel(let part, let expected, let found, let path, let canBeAllowed):
            "\(path) was trained with the \(part) \(expected), but \(found) is loaded; use the one it "
                + "was trained with, or "
                + (canBeAllowed
                    ? "write \"allow_other_base\": true." : "train a new adapter without this one.")
        }
    }
}
