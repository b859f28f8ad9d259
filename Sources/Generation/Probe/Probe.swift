internal import CLIP
package import Foundation
internal import Layers
package import Tensors

/// Runs one component of a model on given tensors, so that anybody can compare it with their reference.
///
/// Tensors in the files are as PyTorch has them, pictures and latents `[N, C, H, W]`.
package struct Probe {
    /// What is run.
    package let component: ProbeComponent
    /// A model's folder or the component's own, or the file of an IP-Adapter.
    package let model: URL
    /// The variant of the weights to prefer, such as `fp16`.
    package let variant: String?
    /// Numbers that matrix products take.
    package let precision: ProductPrecision

    package init(
        _ component: ProbeComponent,
        model: URL,
        variant: String? = nil,
        precision: ProductPrecision = .float32
    ) {
        self.component = component
        self.model = model
        self.variant = variant
        self.precision = precision
    }

    /// Reads tensors from a safetensors file, runs the component and writes what it returned to another.
    ///
    /// - Parameter repetitions: How often it is run once more, to see how long that takes.
    /// - Returns: How long each repetition took, without loading weights and writing tensors.
    @discardableResult
    package func run(input: URL, output: URL, repetitions: Int = 0) throws -> [Duration] {
        guard precision == .float32 || component.hasPrecisions else {
            throw ProbeError.precision(component: component)
        }
        let run = try loaded()
        let tensors = ProbeInput(try SafeTensorsWeights(file: input.path))
        return try Tape.pause {
            try WeightFile.write(try run(tensors), to: output.path)
            return try (0..<repetitions).map { _ in
                try ContinuousClock().measure { _ = try run(tensors) }
            }
        }
    }

    /// The token ids of a text, padded to the model's length.
    package func tokenize(_ text: String) throws -> [Int] {
        guard component == .tokenizer else {
            throw ProbeError.wrongInput(component: component, expected: "tensors, not a text")
        }
        return try CLIPTokenizer(folder: folder("tokenizer")).encode(text).ids
    }

    /// Loads the component, ready to run.
    private func loaded() throws -> (ProbeInput) throws -> [String: Tensor] {
        switch component {
        case .unet:
            try UNetProbe(folder: folder("unet"), variant: variant, precision: precision).run
        case .autoencoderEncode:
            try AutoencoderProbe(folder: folder("vae"), variant: variant).encode
        case .autoencoderDecode:
            try AutoencoderProbe(folder: folder("vae"), variant: variant).decode
        case .textEncoder:
            try textEncoder("text_encoder").run
        case .secondTextEncoder:
            try textEncoder("text_encoder_2").run
        case .imageEncoder:
            try ImageEncoderProbe(
                folder: folder("image_encoder"),
                variant: variant,
                precision: precision
            ).run
        case .dinov2:
            try DINOv2Probe(folder: model, variant: variant).run
        case .ipAdapter:
            try IPAdapterProbe(file: model).run
        case .tokenizer:
            throw ProbeError.wrongInput(component: component, expected: "a text, not tensors")
        }
    }

    private func textEncoder(_ name: String) throws -> TextEncoderProbe {
        try TextEncoderProbe(folder: folder(name), variant: variant, precision: precision)
    }

    /// The part's folder inside a model's folder, or the given folder if it is the part's own.
    private func folder(_ name: String) -> URL {
        let inner = model.appendingPathComponent(name)
        return FileManager.default.fileExists(atPath: inner.path) ? inner : model
    }
}
