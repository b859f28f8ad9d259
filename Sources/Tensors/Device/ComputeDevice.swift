/// Where arithmetic happens: the one seam between operations and the processor that runs them.
///
/// Operations (`Tensors/Operations`) record gradients and never compute; a device computes and knows no
/// tape. The CPU is `CPUDevice`; a GPU is another conforming type in a folder beside it. Each group of
/// requirements is a protocol in a file of its own.
package typealias ComputeDevice =
    ElementwiseArithmetic
    & LinearAlgebra
    & AttentionArithmetic
    & ConvolutionArithmetic
    & DataMovement
    & AxisReduction
    & Normalization
    & Resampling
    & Sendable

/// The device operations use.
package let device: any ComputeDevice = CPUDevice()
