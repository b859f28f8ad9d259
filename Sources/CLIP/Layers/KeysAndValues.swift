package import Tensors

/// What the tokens of a layer offer to attention, `[N, T, C]` each.
package struct KeysAndValues: Sendable {
    package let keys: Tensor
    package let values: Tensor

    /// These tokens and then others.
    func followed(by later: KeysAndValues) -> KeysAndValues {
        KeysAndValues(
            keys: concatenated([keys, later.keys], axis: 1),
            values: concatenated([values, later.values], axis: 1)
        )
    }

    /// Each sample `count` times in a row.
    func repeated(_ count: Int) -> KeysAndValues {
        KeysAndValues(
            keys: keys.repeated(count, axis: 0),
            values: values.repeated(count, axis: 0)
        )
    }
}
