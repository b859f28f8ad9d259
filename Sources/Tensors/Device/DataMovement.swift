/// A device's ways to arrange values anew.
package protocol DataMovement {
    /// `x` repeated along its axes of extent 1 and along new leading axes.
    func broadcast(_ x: Tensor, to shape: Shape) -> Tensor

    /// The axes in a new order: axis `a` of the result is axis `order[a]` of `x`.
    func transpose(_ x: Tensor, order: [Int]) -> Tensor

    /// The part of `x` with indices `range` along `axis`.
    func slice(_ x: Tensor, axis: Int, range: Range<Int>) -> Tensor

    /// The inverse of `slice`: zeros with `x` at `start` along `axis`, where the result has `extent`.
    func pad(_ x: Tensor, axis: Int, start: Int, extent: Int) -> Tensor

    /// The tensors one after another along `axis`.
    func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor

    /// Row `rows[i]` along axis 0, for every i.
    func gather(_ x: Tensor, rows: [Int]) -> Tensor

    /// Zeros with `rowCount` rows, to whose row `rows[i]` row i of `x` is added.
    func scatterAdd(_ x: Tensor, rows: [Int], rowCount: Int) -> Tensor

    /// `x` with row `rows[i]` along axis 0 replaced by row i of `replacements`.
    func replace(rows: [Int], of x: Tensor, with replacements: Tensor) -> Tensor
}
