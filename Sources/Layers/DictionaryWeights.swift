package import Tensors

/// Weights that are in memory already.
package struct DictionaryWeights: WeightSource {
    package let origin: String
    private let tensors: [String: Tensor]

    /// Creates a source from tensors by key.
    package init(_ tensors: [String: Tensor], origin: String = "the given tensors") {
        self.tensors = tensors
        self.origin = origin
    }

    package var keys: Set<String> { Set(tensors.keys) }

    package func shape(of key: String) -> [Int]? { tensors[key].map { Array($0.shape) } }

    package func tensor(_ key: String) throws -> Tensor {
        guard let tensor = tensors[key] else { throw WeightError.missing(key: key, origin: origin) }
        return tensor
    }
}
