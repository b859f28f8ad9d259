/// A device's reductions of axes. The order of additions never depends on the number of threads.
package protocol AxisReduction {
    /// The sum over `axis`, which is removed.
    func sum(_ x: Tensor, axis: Int) -> Tensor

    /// The largest element along `axis`, which is removed.
    func maximum(_ x: Tensor, axis: Int) -> Tensor

    /// The inverse of broadcasting for gradients: the sum over the axes along which `shape` was repeated.
    func sum(_ x: Tensor, to shape: Shape) -> Tensor
}
