/// Bytes of safetensors files, right and wrong.
enum SafeTensorsBytes {
    /// A file with the given header text and data.
    static func file(header: String, data: [UInt8] = []) -> [UInt8] {
        let json = Array(header.utf8)
        return length(UInt64(json.count)) + json + data
    }

    /// The eight bytes in front of the header.
    static func length(_ count: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }

    /// A small right file with three tensors, metadata, escapes and padding.
    static let valid = file(
        header: """
            {"__metadata__":{"format":"pt","k\\u00e9y":"\\ud83d\\ude00"},\
            "conv_in.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},\
            "conv_in.bias":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},\
            "ids":{"dtype":"I64","shape":[],"data_offsets":[12,20]}}
            """,
        data: Array(0..<20)
    )

    /// The bytes of a raw span.
    static func array(_ span: RawSpan) -> [UInt8] {
        unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
}
