internal import SafeTensors
package import Tensors

/// Writes tensors to a safetensors file.
package enum WeightFile {
    /// How the values are stored.
    package enum Precision: Sendable {
        case float32, float16
    }

    /// Writes tensors, in the order of their keys, to a file that appears when it is complete.
    ///
    /// - Parameters:
    ///   - tensors: The tensors by key.
    ///   - precision: How to store them.
    ///   - metadata: Text pairs for `__metadata__`.
    ///   - path: The file to write or replace.
    /// - Throws: `WeightError.notFinite` before anything is written, or `SafeTensorsError`.
    package static func write(
        _ tensors: [String: Tensor],
        storedAs precision: Precision = .float32,
        metadata: [String: String] = [:],
        to path: String
    ) throws {
        let inOrder = tensors.sorted { $0.key < $1.key }
        for (key, tensor) in inOrder where !isRepresentable(tensor, as: precision) {
            throw WeightError.notFinite(key: key, path: path)
        }
        let dataType: SafeTensorsDataType = precision == .float32 ? .float32 : .float16
        var writer = try SafeTensorsWriter(
            declarations: inOrder.map { key, tensor in
                .init(name: key, dataType: dataType, shape: Array(tensor.shape))
            },
            metadata: metadata,
            path: path
        )
        for (_, tensor) in inOrder {
            switch precision {
            case .float32: try writer.append(tensor.span)
            case .float16:
                let bits = tensor.float16Bits
                try writer.append(bits.span)
            }
        }
        try writer.finish()
    }

    /// Whether all values are finite, and stay so when stored.
    private static func isRepresentable(_ tensor: Tensor, as precision: Precision) -> Bool {
        // 65520 is the first value that rounds to infinity as float16.
        let limit: Float = precision == .float32 ? .infinity : 65520
        let values = tensor.span
        for index in values.indices where !(values[index].magnitude < limit) { return false }
        return true
    }
}
