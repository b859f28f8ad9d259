/// Which packed copy of a weight a kernel reads.
struct PackedForm: Hashable {
    /// What the weight is used for.
    enum Use: Hashable { case linear, convolution, transposedConvolution }

    let use: Use
    /// The first element's index in the storage.
    let offset: Int
    /// The weight's extents.
    let shape: Shape
    /// What the copy holds.
    let precision: ProductPrecision
}
