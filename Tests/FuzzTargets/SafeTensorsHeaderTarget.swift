internal import SafeTensors

/// The header of a safetensors file: two bytes with the number of data bytes, then the JSON.
///
/// Length and data are added, so that every input reaches the reader of the JSON.
package struct SafeTensorsHeaderTarget: FuzzTarget {
    package static let name = "safetensors-header"
    private let file: InputFile

    package init() throws { file = try InputFile() }

    package func run(_ input: [UInt8]) throws {
        guard input.count >= 2 else { return }
        let json = input.dropFirst(2)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
        let data = [UInt8](repeating: 7, count: Int(input[0]) << 8 | Int(input[1]))
        let bytes = length + json + data
        try SafeTensorsFileTarget.read(file.write(bytes), byteCount: bytes.count)
    }

    package func seeds() -> [[UInt8]] {
        [
            (0, "{}"),
            (
                20,
                #"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[4,20]},"#
                    + #""é\n\ud83d\ude00":{"dtype":"I8","shape":[4,1],"data_offsets":[0,4]}}"#
            ),
            (
                8,
                #"{"__metadata__":{"format":"pt","a":"\u0041\t"},"#
                    + #""b":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}   "#
            ),
            (
                1,
                #"{"a":{"dtype":"BOOL","shape":[1,1],"data_offsets":[0,1]},"#
                    + #""b":{"dtype":"BF16","shape":[0],"data_offsets":[1,1]}}"#
            ),
        ].map { (count: Int, json: String) in [0, UInt8(count)] + Array(json.utf8) }
    }
}
