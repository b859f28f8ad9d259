internal import Tensors

/// What all scopes of one model share: where values come from, and which parameters exist so far.
final class ParameterStore {
    /// Where values come from.
    enum Origin {
        case source(any WeightSource, keys: Set<String>)
        /// Fresh values; every key draws from a random stream of its own.
        case random(seed: UInt64)
        /// No values: only shapes count.
        case nothing
    }

    private let origin: Origin
    private let isTrainable: Bool
    private let precision: ProductPrecision
    private(set) var parameters: [Parameter] = []
    private var usedKeys: Set<String> = []

    init(origin: Origin, isTrainable: Bool, precision: ProductPrecision = .float32) {
        self.origin = origin
        self.isTrainable = isTrainable
        self.precision = precision
    }

    /// Reads or initialises the parameter `key`.
    func parameter(
        _ key: String,
        shape: Shape,
        initialization: Initialization
    ) throws -> Parameter {
        let value = try value(of: key, shape: shape, initialization: initialization)
        let parameter = Parameter(
            name: key,
            value: value,
            isTrainable: isTrainable,
            precision: precision
        )
        parameters.append(parameter)
        return parameter
    }

    /// Whether the source has the key, under its own or an older name; never when initialising.
    func contains(_ key: String) -> Bool { storedKey(key) != nil }

    /// Throws if the source has tensors that were not asked for.
    func finish() throws {
        guard case .source(let source, let keys) = origin else { return }
        let unused = keys.subtracting(usedKeys).filter { !HistoricAliases.mayStayUnused($0) }
        if !unused.isEmpty {
            throw WeightError.unused(unused, total: keys.count, origin: source.origin)
        }
    }

    private func value(
        of key: String,
        shape: Shape,
        initialization: Initialization
    ) throws -> Tensor {
        switch origin {
        case .nothing: return Tensor(shape: shape) { _ in }
        case .random(let seed):
            var random = PhiloxSource(seed: seed, stream: ParameterStore.stream(of: key))
            return initialization.tensor(shape, from: &random)
        case .source(let source, _):
            guard let stored = storedKey(key), let found = source.shape(of: stored) else {
                throw WeightError.missing(key: key, origin: source.origin)
            }
            guard found == Array(shape) else {
                throw WeightError.shape(
                    key: stored,
                    expected: shape,
                    found: found,
                    origin: source.origin
                )
            }
            usedKeys.insert(stored)
            return try source.tensor(stored)
        }
    }

    /// The key, or the first of its aliases, that the source has.
    private func storedKey(_ key: String) -> String? {
        guard case .source(_, let keys) = origin else { return nil }
        return keys.contains(key)
            ? key : HistoricAliases.aliases(of: key).first(where: keys.contains)
    }

    /// A number for the key (64-bit FNV-1a), so that a parameter's first values depend on the seed and
    /// its name, not on what is created before it.
    private static func stream(of key: String) -> UInt64 {
        key.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
