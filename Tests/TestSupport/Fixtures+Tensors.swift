internal import Foundation
package import Layers
package import Tensors

extension Fixtures {
    /// The tensors of a fixture, such as `CLIP/vision/reference.safetensors`.
    package static func tensors(_ name: String) throws -> SafeTensorsWeights {
        try SafeTensorsWeights(file: folder(name).path)
    }
}

extension Tensor {
    /// `[N, C, H, W]` as PyTorch has it to `[N, H, W, C]`.
    package var channelsLast: Tensor { transposed(0, 2, 3, 1) }
}
