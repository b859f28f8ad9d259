internal import CustomContrast
internal import Datasets
internal import Evaluation
internal import Generation
internal import Glibc
internal import Imaging
internal import Layers
internal import ModelFiles
internal import SafeTensors
internal import Training

// What these say about a file, a folder, a prompt or a seed is true the next time as well.

extension AdapterError: PermanentFailure {}
extension ChangedModelError: PermanentFailure {}
extension EvaluationError: PermanentFailure {}
extension GenerationError: PermanentFailure {}
extension HuggingFaceCacheError: PermanentFailure {}
extension ModelFileError: PermanentFailure {}
extension SafeTensorsFault: PermanentFailure {}
extension SubjectPromptError: PermanentFailure {}
extension TrainingError: PermanentFailure {}
extension WeightError: PermanentFailure {}

extension DatasetError: PermanentFailure {
    /// A folder that was there when it was looked for, and cannot be listed, is the disk's doing.
    var isPermanent: Bool {
        switch self {
        case .unreadableFolder, .unopened: false
        default: true
        }
    }
}

extension ImageError: PermanentFailure {
    /// What a picture contains stays as it is; that it cannot be read may be over soon.
    var isPermanent: Bool {
        switch self {
        case .unreadable: false
        case .inFile(_, let error): error.isPermanent
        default: true
        }
    }
}

extension SafeTensorsError: PermanentFailure {
    /// What a file contains stays as it is, and a file that is not there is a wrong name; whatever else the
    /// system says of reading and writing may be over soon.
    var isPermanent: Bool {
        guard case .system(let operation, _, let code) = self else { return true }
        return ["open", "map"].contains(operation) && [ENOENT, ENOTDIR, EISDIR].contains(code)
    }
}
