package import FoundationEssentials

/// Why a model cannot be made from the files beside its weights.
package enum ModelFileError: Error, Equatable {
    /// A file that has to be there is not.
    case missing(URL)
    /// A file is there and cannot be understood.
    case unreadable(URL, reason: String)
    /// A configuration asks for something this program does not do.
    case unsupported(option: String, value: String, supported: String)
    /// A part of a model does not fit the others.
    case otherModel(URL, option: String, found: Int, needed: String)
    /// A checkpoint of weights alone has no folder that tells its sizes and vocabularies.
    case noConfiguration(checkpoint: URL, folder: URL)
}

extension ModelFileError: CustomStringConvertible {
    /// One sentence: what was expected, what was found and what to do.
    package var description: String {
        switch self {
        case .missing(let file):
            "\(file.path) does not exist; models are read from folders in the diffusers layout."
        case .unreadable(let file, let reason):
            "\(file.path) cannot be read: \(reason)."
        case .unsupported(let option, let value, let supported):
            "\(option) is \(value), which is not supported; use \(supported)."
        case .otherModel(let file, let option, let found, let needed):
            "\(file.path) has \(option) \(found), but the other parts of the model need \(needed); put the "
                + "parts of one model together."
        case .noConfiguration(let checkpoint, let folder):
            "\(checkpoint.path) holds weights alone, and there is no \(folder.path)/model_index.json with "
                + "its configurations and tokenizer; put a model's folder without weights there, or "
                + "register the file with contrastctl model add --like BASE."
        }
    }
}
