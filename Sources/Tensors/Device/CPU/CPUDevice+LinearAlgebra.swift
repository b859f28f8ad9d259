internal import Kernels

extension CPUDevice: LinearAlgebra {
    package func matrixMultiply(
        _ left: Tensor,
        _ right: Tensor,
        transposingLeft: Bool,
        transposingRight: Bool
    ) -> Tensor {
        let lead = (left.rank > 2 ? left : right).shape.dropLast(2)
        let rows = left.shape.extent(fromEnd: transposingLeft ? 0 : 1)
        let inner = left.shape.extent(fromEnd: transposingLeft ? 1 : 0)
        let columns = right.shape.extent(fromEnd: transposingRight ? 1 : 0)
        var product = MatrixProduct(
            rows: rows,
            columns: columns,
            inner: inner,
            transposesLeft: transposingLeft,
            transposesRight: transposingRight
        )
        product.batchCount = lead.reduce(1, *)
        if left.rank == 2 { product.leftBatchStride = 0 }
        if right.rank == 2 { product.rightBatchStride = 0 }
        if right.rank == 2, !transposingLeft {
            // All rows of all matrices meet the same right side: one tall product.
            product = MatrixProduct(
                rows: product.batchCount * rows,
                columns: columns,
                inner: inner,
                transposesRight: transposingRight
            )
        }
        return right.reading { right in
            Tensor(shape: Shape(lead + [rows, columns])) { result in
                Kernels.matrixMultiply(product, left: left.span, right: right, into: &result)
            }
        }
    }

    package func linear(
        _ x: Tensor,
        weight: Tensor,
        bias: Tensor?,
        isFrozen: Bool,
        precision: ProductPrecision
    ) -> Tensor {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        let rows = x.rowCount
        if let panels = panels(of: weight, rows: rows, isFrozen: isFrozen, precision) {
            return Tensor(shape: x.shape.replacing(axis: -1, with: outputs)) { result in
                if let bias {
                    Kernels.matrixMultiply(
                        rows: rows,
                        left: x.span,
                        right: panels,
                        bias: bias.span,
                        into: &result
                    )
                } else {
                    Kernels.matrixMultiply(rows: rows, left: x.span, right: panels, into: &result)
                }
            }
        }
        let product = MatrixProduct(
            rows: x.rowCount,
            columns: outputs,
            inner: inputs,
            transposesRight: true
        )
        return weight.reading { weight in
            Tensor(shape: x.shape.replacing(axis: -1, with: outputs)) { result in
                if let bias {
                    Kernels.matrixMultiply(
                        product,
                        left: x.span,
                        right: weight,
                        bias: bias.span,
                        into: &result
                    )
                } else {
                    Kernels.matrixMultiply(product, left: x.span, right: weight, into: &result)
                }
            }
        }
    }

    /// The packed form of a weight `[out, in]`, if it is worth having or the precision needs it.
    private func panels(
        of weight: Tensor,
        rows: Int,
        isFrozen: Bool,
        _ precision: ProductPrecision
    ) -> PackedPanels? {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        func pack(_ values: Span<Float>) -> PackedPanels {
            PackedPanels(
                linear: values,
                outputs: outputs,
                inputs: inputs,
                precision: precision.panels
            )
        }
        guard inputs > 0, outputs > 0 else { return nil }
        if isFrozen, CPUDevice.keepsPackedWeights(rows: rows, precision),
            outputs >= 8 || precision == .bfloat16
        {
            return weight.packed(.linear, precision, packing: pack)
        }
        return precision == .bfloat16 ? weight.reading(pack) : nil
    }

    package func outerProductSum(_ left: Tensor, _ right: Tensor) -> Tensor {
        let (rows, columns) = (left.shape.extent(fromEnd: 0), right.shape.extent(fromEnd: 0))
        let product = MatrixProduct(
            rows: rows,
            columns: columns,
            inner: left.rowCount,
            transposesLeft: true
        )
        return Tensor(shape: [rows, columns]) { result in
            Kernels.matrixMultiply(product, left: left.span, right: right.span, into: &result)
        }
    }

    package func sumOverRows(_ x: Tensor) -> Tensor {
        Tensor(shape: [x.shape.extent(fromEnd: 0)]) { sums in
            Kernels.sumRows(of: x.span, into: &sums)
        }
    }
}

extension CPUDevice {
    /// Whether packing a frozen weight takes long enough beside its use to keep what was packed: packing
    /// costs about as much as fifty rows. In bfloat16 what was packed is half as large as the weight, and is
    /// always kept.
    static func keepsPackedWeights(rows: Int, _ precision: ProductPrecision = .float32) -> Bool {
        precision == .bfloat16 || 5...512 ~= rows
    }
}

extension Tensor {
    /// This weight's packed form, kept by its storage.
    func packed(
        _ use: PackedForm.Use,
        _ precision: ProductPrecision,
        packing: (Span<Float>) -> PackedPanels
    ) -> PackedPanels {
        let form = PackedForm(use: use, offset: offset, shape: shape, precision: precision)
        return storage.packed(form, packing: packing)
    }
}

extension ProductPrecision {
    /// What packed weights hold.
    var panels: PanelPrecision {
        switch self {
        case .float32: .float32
        case .bfloat16: .bfloat16
        }
    }
}

extension Tensor {
    /// The product of all extents but the last.
    fileprivate var rowCount: Int { shape.dropLast().reduce(1, *) }
}
