extension Tensor {
    /// The part with indices `range` along `axis`; along the first axis nothing is copied.
    ///
    /// Gradient: g in its place among zeros.
    package func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
        let axis = shape.normalized(axis: axis)
        let extent = shape[axis]
        precondition(
            range.lowerBound >= 0 && range.upperBound <= extent,
            "\(range) is not within axis \(axis) of \(shape)"
        )
        if range.count == extent { return self }
        return device.slice(detached, axis: axis, range: range).recorded(
            TapeInput(self) { g in
                device.pad(g, axis: axis, start: range.lowerBound, extent: extent)
            }
        )
    }
}

/// The tensors one after another along `axis`; their other extents are equal.
///
/// Gradients: the parts of g.
package func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
    precondition(!tensors.isEmpty, "nothing to concatenate")
    let axis = tensors[0].shape.normalized(axis: axis)
    for tensor in tensors {
        precondition(
            tensor.shape.replacing(axis: axis, with: 0)
                == tensors[0].shape.replacing(axis: axis, with: 0),
            "\(tensor.shape) and \(tensors[0].shape) do not join along axis \(axis)"
        )
    }
    if tensors.count == 1 { return tensors[0] }
    let extents = tensors.map { $0.shape[axis] }
    let isTracked = tensors.map(\.isTracked)
    return device.concatenate(tensors.map(\.detached), axis: axis).recorded(jointlyFrom: tensors) {
        g in
        var start = 0
        return extents.indices.map { index in
            defer { start += extents[index] }
            let range = start..<start + extents[index]
            return isTracked[index] ? device.slice(g, axis: axis, range: range) : nil
        }
    }
}

/// Tensors of one shape, one after another along a new axis.
package func stacked(_ tensors: [Tensor], axis: Int) -> Tensor {
    precondition(!tensors.isEmpty, "nothing to stack")
    var shape = Array(tensors[0].shape)
    shape.insert(1, at: axis < 0 ? axis + shape.count + 1 : axis)
    return concatenated(tensors.map { $0.reshaped(to: shape) }, axis: axis)
}
