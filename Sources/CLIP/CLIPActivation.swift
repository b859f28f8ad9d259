internal import Tensors

/// The nonlinearity between the two maps of a CLIP layer.
package enum CLIPActivation: String, Sendable, Equatable, CaseIterable, Codable {
    /// x·σ(1.702x), as OpenAI trained its models.
    case quickGELU = "quick_gelu"
    /// The exact x·Φ(x), as OpenCLIP's larger models use it.
    case gelu

    func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .quickGELU: quickGelu(x)
        case .gelu: Tensors.gelu(x)
        }
    }
}
