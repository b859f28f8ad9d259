/// Where the starting noise of pictures comes from.
package enum RandomStreamKind: String, CaseIterable, Sendable {
    /// Our counter-based generator: a picture's noise depends on its own seed alone.
    case philox
    /// `torch.manual_seed` and `torch.randn` on the CPU, for pictures that match PyTorch's.
    case torch
}
