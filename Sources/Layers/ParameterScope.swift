package import Tensors

/// A place in the tree of a model's parameters: `scope["down_blocks"][0]["conv1"]`.
///
/// A model's constructor walks this tree and states the shape of each parameter. The same constructor
/// reads weights from a source or initialises them, so that a model never exists half loaded.
package struct ParameterScope {
    private let store: ParameterStore
    private let path: String

    private init(store: ParameterStore, path: String = "") {
        self.store = store
        self.path = path
    }

    /// The root of a model whose weights are read.
    ///
    /// - Parameters:
    ///   - source: The weights; call `finish()` after the constructor to refuse what it did not ask for.
    ///   - trainable: Whether the parameters start as trainable.
    ///   - precision: Numbers that matrix products of the model take.
    package static func loading(
        from source: any WeightSource,
        trainable: Bool = false,
        precision: ProductPrecision = .float32
    ) -> ParameterScope {
        ParameterScope(
            store: ParameterStore(
                origin: .source(source, keys: source.keys),
                isTrainable: trainable,
                precision: precision
            )
        )
    }

    /// The root of a model whose weights are drawn: the same values for the same seed and keys.
    package static func initializing(seed: UInt64, trainable: Bool = true) -> ParameterScope {
        ParameterScope(store: ParameterStore(origin: .random(seed: seed), isTrainable: trainable))
    }

    /// The root of a model that nobody computes with: its parameters have shapes and arbitrary values, in
    /// memory that is never touched. For counting before anything is loaded.
    package static func outlining() -> ParameterScope {
        ParameterScope(store: ParameterStore(origin: .nothing, isTrainable: false))
    }

    /// The scope of a named child.
    package subscript(_ name: String) -> ParameterScope {
        ParameterScope(store: store, path: key(name))
    }

    /// The scope of a numbered child, as of a list of blocks.
    package subscript(_ index: Int) -> ParameterScope { self["\(index)"] }

    /// Reads or initialises a parameter of this scope.
    ///
    /// - Throws: `WeightError.missing` or `WeightError.shape`, or the source's error.
    package func parameter(
        _ name: String,
        shape: Shape,
        initialization: Initialization
    ) throws -> Parameter {
        try store.parameter(key(name), shape: shape, initialization: initialization)
    }

    /// Whether the source has a tensor of that name here. Always false when initialising.
    package func contains(_ name: String) -> Bool { store.contains(key(name)) }

    /// All parameters created under the same root, in the order of their creation.
    package var parameters: [Parameter] { store.parameters }

    /// The parameters created under the same root after the first `count`: those of one model among several.
    package func parameters(after count: Int) -> [Parameter] { Array(store.parameters[count...]) }

    /// Throws `WeightError.unused` if the source has tensors that nothing asked for.
    package func finish() throws { try store.finish() }

    private func key(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

extension ParameterScope: CustomStringConvertible {
    /// The key in the checkpoint; empty for the root.
    package var description: String { path }
}
