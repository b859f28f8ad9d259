internal import CustomContrast
internal import Foundation
internal import Layers
internal import Tensors

/// Runs the image side of an IP-Adapter file.
struct IPAdapterProbe {
    private enum Projection {
        /// IP-Adapter-plus; it reads hidden states `[N, T, width]`.
        case resampler(Resampler, width: Int)
        /// The plain IP-Adapter; it reads image embeddings `[N, width]`.
        case projection(ImageProjection, width: Int)
    }

    private let projection: Projection

    /// Reads the projection, and leaves the attention weights in the file alone.
    init(file: URL) throws {
        let design = try AdapterFile(path: file.path).design
        let weights = try SafeTensorsWeights(file: file.path)
        let scope = ParameterScope.loading(from: weights)["image_proj"]
        switch design {
        case .ipAdapterPlus(let dimensions, let tokenCount):
            projection = .resampler(
                try Resampler(scope, queryCount: tokenCount, dimensions: dimensions),
                width: dimensions.imageWidth
            )
        case .ipAdapter(let width, let tokenCount, let outputWidth):
            projection = .projection(
                try ImageProjection(
                    scope,
                    embeddingWidth: width,
                    tokenCount: tokenCount,
                    outputWidth: outputWidth
                ),
                width: width
            )
        case .customContrast:
            throw ProbeError.wrongInput(
                component: .ipAdapter,
                expected: "an IP-Adapter or IP-Adapter-plus file, not an adapter of our own"
            )
        }
    }

    /// `hidden_states` to `tokens`, `[N, m, D]`.
    func run(_ input: ProbeInput) throws -> [String: Tensor] {
        switch projection {
        case .resampler(let resampler, let width):
            ["tokens": resampler(try states(of: input, rank: 3, width: width))]
        case .projection(let projection, let width):
            ["tokens": projection(try states(of: input, rank: 2, width: width))]
        }
    }

    private func states(of input: ProbeInput, rank: Int, width: Int) throws -> Tensor {
        let states = try input.tensor("hidden_states", rank: rank)
        guard states.shape[rank - 1] == width else {
            throw ProbeError.shape(
                key: "hidden_states",
                found: Array(states.shape),
                expected: rank == 3 ? "[N, T, \(width)]" : "[N, \(width)]"
            )
        }
        return states
    }
}
