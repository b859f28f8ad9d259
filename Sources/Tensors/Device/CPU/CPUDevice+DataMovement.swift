internal import Kernels

extension CPUDevice: DataMovement {
    package func broadcast(_ x: Tensor, to shape: Shape) -> Tensor {
        copy(of: x, as: shape, strides: x.shape.strides(broadcastTo: shape))
    }

    package func transpose(_ x: Tensor, order: [Int]) -> Tensor {
        let shape = Shape(order.map { x.shape[$0] })
        let moved = order.filter { x.shape[$0] != 1 }
        if moved == moved.sorted() { return x.viewed(as: shape) }
        let strides = x.shape.strides
        return copy(of: x, as: shape, strides: order.map { strides[$0] })
    }

    package func slice(_ x: Tensor, axis: Int, range: Range<Int>) -> Tensor {
        let shape = x.shape.replacing(axis: axis, with: range.count)
        let strides = x.shape.strides
        let start = range.lowerBound * strides[axis]
        if x.shape.elementCount(before: axis) == 1 {
            return Tensor(shape: shape, storage: x.storage, offset: x.offset + start)
        }
        return copy(of: x, as: shape, from: start, strides: strides)
    }

    package func pad(_ x: Tensor, axis: Int, start: Int, extent: Int) -> Tensor {
        let shape = x.shape.replacing(axis: axis, with: extent)
        return Tensor(shape: shape) { output in
            CopyKernels.fill(&output, with: 0)
            place(x, in: &output, of: shape, axis: axis, start: start)
        }
    }

    package func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor {
        let extent = tensors.reduce(0) { $0 + $1.shape[axis] }
        let shape = tensors[0].shape.replacing(axis: axis, with: extent)
        return Tensor(shape: shape) { output in
            var start = 0
            for tensor in tensors {
                place(tensor, in: &output, of: shape, axis: axis, start: start)
                start += tensor.shape[axis]
            }
        }
    }

    package func gather(_ x: Tensor, rows: [Int]) -> Tensor {
        let width = x.shape.elementCount(after: 0)
        return Tensor(shape: x.shape.replacing(axis: 0, with: rows.count)) { output in
            CopyKernels.gather(x.span, rows: rows, width: width, into: &output)
        }
    }

    package func scatterAdd(_ x: Tensor, rows: [Int], rowCount: Int) -> Tensor {
        let width = x.shape.elementCount(after: 0)
        return Tensor(shape: x.shape.replacing(axis: 0, with: rowCount)) { output in
            CopyKernels.fill(&output, with: 0)
            CopyKernels.scatterAdd(x.span, rows: rows, width: width, into: &output)
        }
    }

    package func replace(rows: [Int], of x: Tensor, with replacements: Tensor) -> Tensor {
        let width = x.shape.elementCount(after: 0)
        return Tensor(shape: x.shape) { output in
            place(x, in: &output, of: x.shape, axis: 0, start: 0)
            CopyKernels.scatter(replacements.span, rows: rows, width: width, into: &output)
        }
    }

    /// A contiguous copy of values that are read with the given strides.
    private func copy(
        of x: Tensor,
        as shape: Shape,
        from start: Int = 0,
        strides: [Int]
    ) -> Tensor {
        Tensor(shape: shape) { output in
            CopyKernels.copy(
                x.span,
                from: start,
                strides: strides,
                extents: Array(shape),
                to: &output,
                at: 0,
                strides: shape.strides
            )
        }
    }

    /// Writes `x` into a larger contiguous block, from index `start` along `axis`.
    private func place(
        _ x: Tensor,
        in output: inout MutableSpan<Float>,
        of shape: Shape,
        axis: Int,
        start: Int
    ) {
        let strides = shape.strides
        CopyKernels.copy(
            x.span,
            from: 0,
            strides: x.shape.strides,
            extents: Array(x.shape),
            to: &output,
            at: start * strides[axis],
            strides: strides
        )
    }
}
