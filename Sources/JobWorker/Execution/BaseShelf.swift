internal import Foundation
internal import Generation
internal import ModelFiles
internal import Requests
internal import Tensors

/// The base that the worker keeps from one job to the next, so that two jobs on it do not load it twice.
///
/// It is one at most: before another base is loaded the kept one is let go, so that no job has to share the
/// memory it was found fit for. Between jobs only the UNet's weights stay as they were used last.
final class BaseShelf {
    /// What makes two bases the same: where they lie, what they are called, unchanged files, and the numbers
    /// they compute with.
    struct Place: Equatable {
        let name: String
        let weights: URL
        let configuration: URL?
        let imageEncoder: URL?
        let precision: ArithmeticPrecision
        private let states: [FileStates]

        init(
            name: String,
            weights: URL,
            configuration: URL?,
            imageEncoder: URL? = nil,
            precision: ArithmeticPrecision
        ) throws {
            self.precision = precision
            self.name = name
            self.weights = weights
            self.configuration = configuration
            self.imageEncoder = imageEncoder
            // One file of weights may have its configurations in the folder of its name.
            let beside = weights.deletingPathExtension()
            let folder = configuration ?? (beside == weights ? nil : beside)
            states = try [weights, folder, imageEncoder].compactMap(\.self).map(
                FileStates.init(of:)
            )
        }
    }

    private var kept: (place: Place, base: BaseModel)?

    /// What jobs call the kept base.
    var name: String? { kept?.place.name }

    /// The base of a place: the kept one, or what `load` makes.
    func base(
        at place: Place,
        load: () throws -> BaseModel
    ) throws -> (base: BaseModel, wasKept: Bool) {
        if let kept, kept.place == place { return (kept.base, true) }
        clear()
        let base = try load()
        kept = (place, base)
        return (base, false)
    }

    /// Whether the base of a place is the kept one.
    func keeps(_ place: Place) -> Bool { kept?.place == place }

    /// Lets the base go, as before a job that needs other large models.
    func clear() {
        kept = nil
        TensorMemory.releaseIdle()
    }

    /// Gives back what only the job that is over has needed.
    func rest() {
        kept?.base.rest()
        TensorMemory.releaseIdle()
    }
}
