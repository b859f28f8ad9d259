internal import Requests
internal import Tensors

/// The noise one picture starts from and is stirred with.
struct LatentNoise {
    private var source: any RandomSource
    /// Whether numbers are drawn in PyTorch's axis order, so that its pictures are reproduced.
    private let isChannelsFirst: Bool

    /// Creates the noise of a seed.
    init(_ kind: RandomStreamKind, seed: Int) {
        switch kind {
        case .philox:
            source = PhiloxSource(seed: UInt64(seed), stream: 0)
            isChannelsFirst = false
        case .torch:
            source = TorchSource(seed: UInt64(seed))
            isChannelsFirst = true
        }
    }

    /// Standard normal noise `[N, H, W, C]`.
    mutating func next(_ shape: Shape) -> Tensor {
        guard isChannelsFirst else { return source.normal(shape) }
        return source.normal([shape[0], shape[3], shape[1], shape[2]]).transposed(0, 2, 3, 1)
    }
}
