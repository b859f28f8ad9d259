package import Kernels

/// A device's resampling of pictures.
package protocol Resampling {
    /// `x` with `axis` resampled as `table` says.
    func resample(_ x: Tensor, axis: Int, table: ResamplingTable) -> Tensor
}
