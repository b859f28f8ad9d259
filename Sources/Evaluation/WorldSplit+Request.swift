package import Requests
package import SmallWorld

extension PreparationRequest.Split {
    /// The part of the world with this name.
    package var worldSplit: WorldSplit {
        switch self {
        case .train: .training
        case .validation: .validation
        case .test: .test
        }
    }
}
