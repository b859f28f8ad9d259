internal import ArgumentParser
internal import Foundation
internal import Generation
internal import JobWorker
internal import Requests
internal import Tensors

/// Runs one component of a model on given tensors.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract:
            "Run one component of a model on given tensors, to compare it with another program.",
        discussion: """
            Tensors are as PyTorch has them: pictures and latents [N, C, H, W]. What each component reads and writes:

              unet            sample, timestep, encoder_hidden_states (SDXL: text_embeds, time_ids) → sample
              vae-encode      image → mean, logvar
              vae-decode      latent (already divided by the scaling factor) → image
              text-encoder    input_ids → last_hidden_state, penultimate_hidden_state, pooled, text_embeds
              text-encoder-2  the same for the second encoder
              image-encoder   pixel_values → hidden_states.0 …, image_embeds
              dinov2          pixel_values → last_hidden_state
              ip-adapter      (--model is the .safetensors file) hidden_states → tokens
              tokenizer       --text → the ids, as JSON on standard output
            """
    )

    @Argument(help: "Component.", completion: .list(ProbeComponent.allCases.map(\.rawValue)))
    var component: String

    @Option(
        name: .long,
        help: "The model's folder, or the component's own.",
        completion: .directory
    )
    var model: String

    @Option(name: .long, help: "Variant of the weights to prefer, such as fp16.")
    var variant: String?

    @Option(
        name: .long,
        help: "Numbers in matrix products: \(ArithmeticPrecision.words).",
        completion: .list(ArithmeticPrecision.allCases.map(\.rawValue))
    )
    var precision = ArithmeticPrecision.float32.rawValue

    @Option(name: .customLong("in"), help: "Safetensors file to read.", completion: .file())
    var input: String?

    @Option(name: .customLong("out"), help: "Safetensors file to write.", completion: .file())
    var output: String?

    @Option(
        name: .customLong("repeat"),
        help: ArgumentHelp(
            "Run it so many times more, and print how many seconds each took, as JSON.",
            valueName: "times"
        )
    )
    var repetitions = 0

    @Option(name: .long, help: "Text to take apart (tokenizer).")
    var text: String?

    func run() throws {
        guard let component = ProbeComponent(rawValue: component) else {
            let names = ProbeComponent.allCases.map(\.rawValue)
            let hint =
                Spelling.closest(to: component, among: names).map { "; did you mean \($0)?" } ?? ""
            throw ValidationError(
                "expected one of \(names.joined(separator: ", ")), found \(self.component)\(hint)"
            )
        }
        guard let precision = ArithmeticPrecision(rawValue: precision) else {
            throw ValidationError(
                "expected --precision of \(ArithmeticPrecision.words), found \(self.precision)"
            )
        }
        let probe = Probe(
            component,
            model: URL(filePath: model),
            variant: variant,
            precision: ProductPrecision(precision)
        )
        if let text {
            try explaining {
                let ids = try probe.tokenize(text)
                print("[\(ids.map(String.init).joined(separator: ", "))]")
            }
            return
        }
        guard let input, let output else {
            throw ValidationError("expected --in and --out, or --text for the tokenizer")
        }
        try explaining {
            let times = try probe.run(
                input: URL(filePath: input),
                output: URL(filePath: output),
                repetitions: repetitions
            )
            guard !times.isEmpty else { return }
            print("[\(times.map { "\($0 / .seconds(1))" }.joined(separator: ", "))]")
        }
    }

    func validate() throws {
        guard 0...10_000 ~= repetitions else {
            throw ValidationError("expected --repeat of 0 … 10000, found \(repetitions)")
        }
    }

    private func explaining(_ body: () throws -> Void) throws {
        if let problem = BuiltForCPU.problem { throw Exit.failure(problem, code: 78) }
        do {
            try body()
        } catch {
            throw Exit.failure("\(error)", code: 1)
        }
    }
}
