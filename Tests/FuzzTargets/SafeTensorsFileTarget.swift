internal import SafeTensors
internal import TestSupport

/// A whole safetensors file.
package struct SafeTensorsFileTarget: FuzzTarget {
    package static let name = "safetensors"
    private let file: InputFile

    package init() throws { file = try InputFile() }

    package func run(_ input: [UInt8]) throws {
        try Self.read(file.write(input), byteCount: input.count)
    }

    package func seeds() throws -> [[UInt8]] {
        try [
            "Optimizers/schedules", "Optimizers/ema", "Evaluation/reference",
            "Optimizers/adamw-other",
        ]
        .map { try Fixtures.bytes("\($0).safetensors") }
    }

    /// Opens a file and reads every tensor in it.
    static func read(_ path: String, byteCount: Int) throws {
        let file = try SafeTensorsFile(path: path)
        var total = file.header.dataOffset
        for entry in file.header.entries.values {
            let bytes = file.bytes(of: entry)
            total += bytes.byteCount
            let integers = file.integers(of: entry)
            precondition(integers.map { $0.count <= bytes.byteCount } ?? true)
            // Every byte is there to be read.
            _ = unsafe bytes.withUnsafeBytes { bytes in unsafe bytes.reduce(0) { $0 ^ $1 } }
        }
        precondition(total == byteCount, "tensors end at \(total) of \(byteCount) bytes")
    }
}
