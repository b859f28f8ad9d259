/// How much memory a job will take at most, estimated from configurations and the headers of weight files
/// before anything is loaded.
///
/// The largest stage counts: parts of the base give their memory back when their stage is over.
package struct MemoryNeed: Sendable {
    /// The tokens of a text, as CLIP pads it.
    static let textLength = 77
    /// The process without models: code, connections, tokenizers, pictures in work.
    static let process = 192 << 20

    /// What takes memory at the same time, in bytes.
    package struct Stage: Sendable {
        /// What the job does then.
        package let name: String
        /// By name, in the order of the pipeline.
        package let parts: [(name: String, bytes: Int)]

        /// The bytes of all parts.
        package var bytes: Int { parts.reduce(0) { $0 + $1.bytes } }
    }

    /// The stages of the job.
    package let stages: [Stage]
    /// The sides in latents of the tiles in which pictures are decoded; `nil` if they are decoded at once.
    package let tileSide: Int?

    init(stages: [Stage], tileSide: Int? = nil) {
        self.stages = stages
        self.tileSide = tileSide
    }

    /// The stage that takes the most.
    package var peak: Stage {
        stages.max { $0.bytes < $1.bytes } ?? Stage(name: "the job", parts: [])
    }

    /// Bytes as people read them.
    package static func words(_ bytes: Int) -> String {
        let mebibytes = (bytes + (1 << 19)) >> 20
        guard mebibytes >= 1024 else { return "\(mebibytes) MiB" }
        let tenths = (mebibytes * 10 + 512) / 1024
        return "\(tenths / 10).\(tenths % 10) GiB"
    }
}

extension MemoryNeed: CustomStringConvertible {
    /// The largest stage with its parts: "5.6 GiB (decoding: UNet 3.2 GiB, …)".
    package var description: String {
        let parts = peak.parts.filter { $0.bytes > 32 << 20 }
            .map { "\($0.name) \(MemoryNeed.words($0.bytes))" }
        return "\(MemoryNeed.words(peak.bytes)) (\(peak.name): \(parts.joined(separator: ", ")))"
    }
}
