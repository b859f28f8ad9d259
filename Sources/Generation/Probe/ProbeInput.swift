internal import Layers
internal import Tensors

/// The tensors a probe was given, checked as they are asked for.
struct ProbeInput {
    private let source: SafeTensorsWeights

    init(_ source: SafeTensorsWeights) { self.source = source }

    /// Whether a tensor was given.
    func contains(_ key: String) -> Bool { source.keys.contains(key) }

    /// A tensor of some rank.
    func tensor(_ key: String, rank: Int) throws -> Tensor {
        let tensor = try source.tensor(key)
        guard tensor.rank == rank else {
            throw ProbeError.shape(
                key: key,
                found: Array(tensor.shape),
                expected: "a tensor of rank \(rank)"
            )
        }
        return tensor
    }

    /// A picture or latents `[N, C, H, W]` as `[N, H, W, C]`.
    ///
    /// - Parameters:
    ///   - channels: C.
    ///   - smallest: The least that H and W may be.
    func picture(_ key: String, channels: Int, smallest: Int = 1) throws -> Tensor {
        let tensor = try tensor(key, rank: 4)
        guard tensor.shape[0] > 0, tensor.shape[1] == channels,
            min(tensor.shape[2], tensor.shape[3]) >= smallest
        else {
            throw ProbeError.shape(
                key: key,
                found: Array(tensor.shape),
                expected: "[N, \(channels), H, W] with sides of \(smallest) or more"
            )
        }
        return tensor.channelsLast
    }

    /// Numbers in a row: integers, or floats with whole values or not.
    func numbers(_ key: String) throws -> [Float] {
        if let integers = try? source.integers(key) { return integers.map { Float($0) } }
        return try source.tensor(key).values
    }

    /// Token ids `[N, T]`, each below a limit.
    func tokens(_ key: String, length: Int, below limit: Int) throws -> [[Int]] {
        let flat = try source.integers(key)
        let shape = source.shape(of: key) ?? []
        guard shape.count == 2, shape[0] > 0, 1...length ~= shape[1] else {
            throw ProbeError.shape(
                key: key,
                found: shape,
                expected: "[N, T] with T up to \(length)"
            )
        }
        if let stray = flat.first(where: { !(0..<limit ~= $0) }) {
            throw ProbeError.tokenOutOfRange(stray, vocabularySize: limit)
        }
        return (0..<shape[0]).map { Array(flat[$0 * shape[1]..<($0 + 1) * shape[1]]) }
    }
}

extension Tensor {
    /// `[N, C, H, W]` as `[N, H, W, C]`.
    var channelsLast: Tensor { transposed(0, 2, 3, 1) }

    /// `[N, H, W, C]` as `[N, C, H, W]`.
    var channelsFirst: Tensor { transposed(0, 3, 1, 2) }
}
