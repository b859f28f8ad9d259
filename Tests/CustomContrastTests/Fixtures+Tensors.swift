import Foundation
import Layers
import Tensors
import TestSupport

extension Fixtures {
    /// The tensors of a committed safetensors file, such as `MFIEncoder/reference.safetensors`.
    static func weights(_ name: String) throws -> SafeTensorsWeights {
        try SafeTensorsWeights(file: folder(name).path)
    }
}
