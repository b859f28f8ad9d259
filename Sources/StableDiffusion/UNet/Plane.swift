internal import Tensors

/// The height and the width of the picture whose places are tokens.
struct Plane {
    let height: Int
    let width: Int

    /// A mask `[N, h, w]` resized to the plane and as tokens, `[N, H·W, 1]`.
    func tokens(of mask: Tensor) -> Tensor {
        let count = mask.shape[0]
        let picture = mask.reshaped(to: [count, mask.shape[1], mask.shape[2], 1])
        let isFitting = mask.shape[1] == height && mask.shape[2] == width
        let resized =
            isFitting
            ? picture
            : resizedBilinear(picture, height: height, width: width, antialiased: true)
        return resized.reshaped(to: [count, height * width, 1])
    }
}
