package import Tensors

/// Where a subject is, from the placeholder's own attention: the timestep-specific location of section
/// 3.4, as MoMA computes it.
///
/// The mask seen at one step confines the next. It is taken from the attention before any mask was
/// applied; otherwise it could only shrink. The first step has ones.
package struct LocationMask: Sendable {
    /// Keeps quotients finite, and is the least spread of a map that shows anything.
    static let epsilon: Float = 1e-6

    /// The side of the mask in cells.
    package let side: Int
    /// Attention below this part of the largest is background; above it, it stays graded.
    package let threshold: Float
    /// The mask of the coming step, `[N, side, side]` in 0…1; `nil` before the first step, where it
    /// would be ones.
    package private(set) var current: Tensor?

    /// Creates the mask of a sampling; `side` should not exceed the latent's own.
    package init(side: Int = 64, threshold: Float = 0.2) {
        precondition(side > 0, "a mask has at least one cell")
        self.side = side
        self.threshold = threshold
    }

    /// Takes the mask from the step that has just been computed.
    ///
    /// - Parameter attention: Per layer, the placeholder's unmasked probability at each cell, mean over
    ///   heads, `[N, h, w]`, of the conditional branch only.
    package mutating func update(from attention: [Tensor]) {
        precondition(!attention.isEmpty, "there is at least one cross-attention layer")
        let maps = attention.map { map in
            let picture = map.detached.reshaped(to: [map.shape[0], map.shape[1], map.shape[2], 1])
            return resizedBilinear(picture, height: side, width: side, antialiased: false)
        }
        let count = maps[0].shape[0]
        let average = maps.dropFirst().reduce(maps[0], +) / Float(maps.count)
        let rows = average.reshaped(to: [count, side * side])
        let masks = (0..<count).map { mask(ofMap: rows.sliced(axis: 0, $0..<$0 + 1).values) }
        current = Tensor(masks.flatMap(\.self), shape: [count, side, side])
    }

    /// Min–max, background to zero, min–max again. A map without contrast locates nothing, so its mask
    /// is ones.
    private func mask(ofMap values: [Float]) -> [Float] {
        guard let stretched = Self.stretched(values) else {
            return [Float](repeating: 1, count: values.count)
        }
        let kept = stretched.map { $0 > threshold ? $0 : 0 }
        return Self.stretched(kept) ?? kept
    }

    /// The values stretched over 0…1; `nil` if they are all the same, compared with their size.
    private static func stretched(_ values: [Float]) -> [Float]? {
        let (low, high) = values.reduce((Float.infinity, -Float.infinity)) {
            (min($0.0, $1), max($0.1, $1))
        }
        let spread = high - low
        guard spread > epsilon * max(abs(high), epsilon) else { return nil }
        return values.map { ($0 - low) / spread }
    }
}
