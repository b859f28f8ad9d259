package import Tensors

/// The tensors of a source whose keys begin with one of a few words.
package struct WeightsByPrefix: WeightSource {
    package let keys: Set<String>
    private let source: any WeightSource

    package init(_ source: any WeightSource, prefixes: [String]) {
        self.source = source
        keys = source.keys.filter { key in prefixes.contains(where: key.hasPrefix) }
    }

    package var origin: String { source.origin }

    package func shape(of key: String) -> [Int]? {
        keys.contains(key) ? source.shape(of: key) : nil
    }

    package func storedSize(of key: String) -> Int { source.storedSize(of: key) }

    package func tensor(_ key: String) throws -> Tensor {
        guard keys.contains(key) else { throw WeightError.missing(key: key, origin: origin) }
        return try source.tensor(key)
    }
}
