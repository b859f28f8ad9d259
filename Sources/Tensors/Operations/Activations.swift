internal import Kernels

/// x · sigmoid(x), also known as Swish. Matches torch `silu`.
package func silu(_ x: Tensor) -> Tensor { x.applying(.silu) }

/// x · Φ(x), Φ being the standard normal distribution function. Matches torch `gelu` (exact, by erf).
package func gelu(_ x: Tensor) -> Tensor { x.applying(.gelu) }

/// v · GELU(g) for x = [v, g] along the last axis: `[…, 2C]` becomes `[…, C]`. Matches diffusers `GEGLU` after its
/// projection.
///
/// ∂v = ∂y · GELU(g), ∂g = ∂y · v · GELU′(g).
package func gatedGELU(_ x: Tensor) -> Tensor {
    precondition(
        x.rank >= 1 && x.shape.extent(fromEnd: 0).isMultiple(of: 2),
        "gatedGELU: \(x.shape) has no two halves"
    )
    let input = x.detached
    return device.gatedGELU(input)
        .recorded(TapeInput(x) { device.gatedGELUGradient(at: input, upstream: $0) })
}

/// x · sigmoid(1.702 x). Matches transformers `QuickGELUActivation`, which the first CLIP models use.
package func quickGelu(_ x: Tensor) -> Tensor { x.applying(.quickGelu) }

/// The larger of x and 0.
package func relu(_ x: Tensor) -> Tensor { x.applying(.relu) }

/// 1 / (1 + e⁻ˣ).
package func sigmoid(_ x: Tensor) -> Tensor { x.applying(.sigmoid) }

/// The hyperbolic tangent.
package func tanh(_ x: Tensor) -> Tensor { x.applying(.hyperbolicTangent) }

/// x where it is positive, else `slope` · x.
package func leakyRelu(_ x: Tensor, slope: Float = 0.01) -> Tensor {
    x.applying(.leakyRelu(slope: slope))
}
