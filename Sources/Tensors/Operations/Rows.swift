extension Tensor {
    /// Row `rows[i]` along the first axis, for every i: the look-up of an embedding.
    ///
    /// Gradient: rows of zeros, to which row i of g is added at `rows[i]`.
    package func gathered(rows: [Int]) -> Tensor {
        precondition(rank > 0, "a scalar has no rows")
        let rowCount = shape[0]
        return device.gather(detached, rows: rows).recorded(
            TapeInput(self) { g in device.scatterAdd(g, rows: rows, rowCount: rowCount) }
        )
    }

    /// The tokens `[N, T, C]` with token `positions[n]` of sample n replaced by row n of `replacements`,
    /// `[N, C]`.
    ///
    /// Gradients: g with zeros at the replaced tokens; the tokens of g at those places.
    package func replacingTokens(at positions: [Int], with replacements: Tensor) -> Tensor {
        precondition(rank == 3, "tokens are [N, T, C], not \(shape)")
        let (shape, tokenCount, width) = (shape, shape[1], shape[2])
        precondition(
            positions.count == shape[0] && replacements.shape == [shape[0], width],
            "\(positions.count) positions and replacements \(replacements.shape) for tokens \(shape)"
        )
        let rows = positions.enumerated().map { sample, position in
            precondition(0..<tokenCount ~= position, "token \(position) is not among \(tokenCount)")
            return sample * tokenCount + position
        }
        let asRows: Shape = [shape[0] * tokenCount, width]
        let zeros = Tensor.zeros(replacements.shape)
        return device.replace(
            rows: rows,
            of: detached.viewed(as: asRows),
            with: replacements.detached
        ).viewed(as: shape).recorded(
            TapeInput(self) { g in
                device.replace(rows: rows, of: g.viewed(as: asRows), with: zeros).viewed(as: shape)
            },
            TapeInput(replacements) { g in device.gather(g.viewed(as: asRows), rows: rows) }
        )
    }
}
