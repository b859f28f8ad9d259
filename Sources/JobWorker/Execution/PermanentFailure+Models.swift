internal import CustomContrast
internal import Datasets
internal import Evaluation
internal import Generation
internal import Imaging
internal import Layers
internal import ModelFiles
internal import SafeTensors
internal import Training

// What these say about a file, a folder, a prompt or a seed is true the next time as well.

extension AdapterError: PermanentFailure {}
extension ChangedModelError: PermanentFailure {}
extension DatasetError: PermanentFailure {}
extension EvaluationError: PermanentFailure {}
extension GenerationError: PermanentFailure {}
extension HuggingFaceCacheError: PermanentFailure {}
extension ImageError: PermanentFailure {}
extension ModelFileError: PermanentFailure {}
extension SafeTensorsError: PermanentFailure {}
extension SafeTensorsFault: PermanentFailure {}
extension SubjectPromptError: PermanentFailure {}
extension TrainingError: PermanentFailure {}
extension WeightError: PermanentFailure {}
