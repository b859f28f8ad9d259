internal import Tensors

extension PhiloxSource {
    /// The random numbers of one micro-batch: a stream of its own, so that a resumed training needs no
    /// state but the step. 2³² steps are beyond any training.
    init(seed: UInt64, step: Int, microBatch: Int) {
        self.init(seed: seed, stream: UInt64(microBatch) << 32 | UInt64(step))
    }
}
