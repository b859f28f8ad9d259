package import Imaging
package import Tensors

extension Tensor {
    /// Pictures of one size as an autoencoder takes them, `[N, H, W, 3]` in −1…1.
    package init(signedPixelsOf images: [RGBImage]) {
        precondition(!images.isEmpty, "a batch has at least one picture")
        self.init(
            images.flatMap(\.signedFloats),
            shape: [images.count, images[0].height, images[0].width, 3]
        )
    }

    /// The pictures that decoded pixels `[N, H, W, 3]` stand for; throws where a number is not finite.
    package func images() throws -> [RGBImage] {
        let (count, height, width) = (shape[0], shape[1], shape[2])
        return try (0..<count).map { index in
            let pixels = sliced(axis: 0, index..<index + 1)
            return try RGBImage(width: width, height: height, signedFloats: pixels.values)
        }
    }
}
