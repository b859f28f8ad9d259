internal import Requests

/// The text that AUTOMATIC1111's web UI writes into a PNG's `parameters` chunk, and that viewers search.
package struct InfoText: Sendable, Equatable {
    package var prompt: String
    package var negativePrompt: String
    package var steps: Int
    package var sampler: String
    package var guidanceScale: Float
    package var seed: UInt64
    package var width: Int
    package var height: Int
    /// The base model's name, never its path.
    package var model: String
    /// The first ten hexadecimal digits of the UNet file's SHA-256.
    package var modelHash: String
    /// Further `Name: value` pairs, such as the adapter.
    package var extras: [(name: String, value: String)] = []

    package init(
        prompt: String,
        negativePrompt: String,
        steps: Int,
        sampler: String,
        guidanceScale: Float,
        seed: UInt64,
        width: Int,
        height: Int,
        model: String,
        modelHash: String,
        extras: [(name: String, value: String)] = []
    ) {
        self.prompt = prompt
        self.negativePrompt = negativePrompt
        self.steps = steps
        self.sampler = sampler
        self.guidanceScale = guidanceScale
        self.seed = seed
        self.width = width
        self.height = height
        self.model = model
        self.modelHash = modelHash
        self.extras = extras
    }

    package static func == (left: InfoText, right: InfoText) -> Bool { left.text == right.text }

    /// The prompt, the negative prompt if there is one, and one line of `Name: value` pairs.
    package var text: String {
        let pairs =
            [
                ("Steps", "\(steps)"),
                ("Sampler", sampler),
                ("CFG scale", InfoText.number(guidanceScale)),
                ("Seed", "\(seed)"),
                ("Size", "\(width)x\(height)"),
                ("Model hash", modelHash),
                ("Model", model),
            ] + extras + [("Version", "CustomContrast \(Version.current)")]
        let lines =
            [prompt]
            + (negativePrompt.isEmpty ? [] : ["Negative prompt: \(negativePrompt)"])
            + [pairs.map { "\($0.0): \(InfoText.quoted($0.1))" }.joined(separator: ", ")]
        return lines.joined(separator: "\n")
    }

    /// A number as the web UI writes it: `7` and `7.5`.
    private static func number(_ value: Float) -> String {
        value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
    }

    /// A value in quotes, as JSON has them, where it holds what separates pairs.
    private static func quoted(_ value: String) -> String {
        guard value.contains(where: { ",:\n\"".contains($0) }) else { return value }
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped.replacing("\n", with: "\\n"))\""
    }
}
