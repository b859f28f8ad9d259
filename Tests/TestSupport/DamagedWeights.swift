package import Foundation
internal import Requests

/// Puts values into weight files that no writer of ours would put there.
package enum DamagedWeights {
    /// Fills a float32 tensor of a safetensors file with a value.
    package static func fill(_ key: String, of file: URL, with value: Float) throws {
        var content = try Data(contentsOf: file)
        let length = content.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONValue(decoding: content[8..<8 + length])
        guard case .array(let offsets) = header[key]?["data_offsets"],
            case .integer(let start) = offsets[0], case .integer(let end) = offsets[1],
            header[key]?["dtype"] == "F32"
        else {
            throw RequestError(path: key, problem: "expected a float32 tensor in \(file.path)")
        }
        var bytes: [UInt8] = []
        for _ in 0..<(end - start) / 4 {
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
            }
        }
        content.replaceSubrange(8 + length + start..<8 + length + end, with: bytes)
        try content.write(to: file)
    }
}
