package import Foundation
internal import Layers

/// The table of contents of a model in the diffusers layout: `model_index.json`.
package struct ModelIndex: Sendable, Equatable {
    /// The class of the pipeline, such as `StableDiffusionXLPipeline`.
    package let className: String
    /// The class of each part that is there, by its folder's name.
    package let parts: [String: String]
    /// Whether SDXL replaces the embedding of a missing negative prompt by zeros.
    package let zerosMissingNegativePrompt: Bool

    /// Reads a `model_index.json`.
    package init(file: URL) throws {
        self = try ModelFile.decode(Self.self, from: file)
    }
}

extension ModelIndex: Decodable {
    /// A part as files spell it, `[library, class]`, or any other option.
    private enum Entry: Decodable {
        case part(String?)
        case text(String)
        case flag(Bool)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let pair = try? container.decode([String?].self) {
                self = .part(pair.count == 2 ? pair[1] : nil)
            } else if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .other
            }
        }
    }

    package init(from decoder: any Decoder) throws {
        let entries = try [String: Entry](from: decoder)
        guard case .text(let className) = entries["_class_name"] else {
            throw ModelFileError.unsupported(
                option: "_class_name",
                value: "missing",
                supported: "a model_index.json that names its pipeline"
            )
        }
        self.className = className
        parts = entries.compactMapValues { entry in
            if case .part(let className) = entry { className } else { nil }
        }
        guard case .flag(let zeros) = entries["force_zeros_for_empty_prompt"] else {
            zerosMissingNegativePrompt = true
            return
        }
        zerosMissingNegativePrompt = zeros
    }
}
