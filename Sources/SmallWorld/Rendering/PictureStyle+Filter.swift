internal import Imaging

extension PictureStyle {
    /// The picture as if made in this style; `mask` is where its subject is, which lines favour.
    func applied(to image: RGBImage, subject mask: Mask) -> RGBImage {
        switch self {
        case .photo: image
        case .pixel: PictureStyle.pixelArt(image)
        case .sketch: PictureStyle.sketch(image, mask)
        case .sepia: PictureStyle.sepia(image)
        case .cartoon: PictureStyle.cartoon(image, mask)
        }
    }

    /// Blocks of 2×2 pixels in few colours.
    private static func pixelArt(_ image: RGBImage) -> RGBImage {
        var small = image.resized(
            width: image.width / 2,
            height: image.height / 2,
            filter: .bilinear
        )
        small.pixels = small.pixels.map { posterized($0, levels: 7) }
        return small.enlarged(by: 2)
    }

    /// Dark lines along edges on white paper, hatched where the picture is dark.
    private static func sketch(_ image: RGBImage, _ mask: Mask) -> RGBImage {
        let grey = luminance(image)
        var result = image
        for y in 0..<image.height {
            for x in 0..<image.width {
                let weight: Float = mask[x, y] > 0 ? 1 : 0.45
                let edge = max(0, edgeStrength(grey, x: x, y: y, image) - 0.06) * weight
                let tone = grey[y * image.width + x]
                let isHatched = (x + y) % 4 == 0 && tone < 0.5 || (x - y) % 4 == 0 && tone < 0.25
                let ink = min(1, edge * 2.4) * 0.85 + (isHatched ? 0.25 : 0) + (1 - tone) * 0.08
                let value = UInt8(max(0, min(1, 0.98 - ink)) * 255)
                result[x, y] = RGBColor(value, value, value)
            }
        }
        return result
    }

    /// Browns only.
    private static func sepia(_ image: RGBImage) -> RGBImage {
        let grey = luminance(image)
        var result = image
        for (index, value) in grey.enumerated() {
            result.pixels[index * 3] = UInt8(min(1, 0.14 + value * 0.90) * 255)
            result.pixels[index * 3 + 1] = UInt8(min(1, 0.08 + value * 0.78) * 255)
            result.pixels[index * 3 + 2] = UInt8(min(1, 0.03 + value * 0.56) * 255)
        }
        return result
    }

    /// Few strong colours, with black lines along the subject's edges.
    private static func cartoon(_ image: RGBImage, _ mask: Mask) -> RGBImage {
        let grey = luminance(image)
        var result = image
        result.pixels = image.pixels.map { posterized($0, levels: 4) }
        for y in 0..<image.height {
            for x in 0..<image.width
            where mask[x, y] > 0 && edgeStrength(grey, x: x, y: y, image) > 0.3 {
                result[x, y] = RGBColor(20, 20, 24)
            }
        }
        return result
    }

    /// The nearest of `levels` evenly spaced values.
    private static func posterized(_ byte: UInt8, levels: Int) -> UInt8 {
        let step = 255.0 / Float(levels - 1)
        return UInt8((Float(byte) / step).rounded() * step)
    }

    /// The brightness of each pixel, 0–1.
    private static func luminance(_ image: RGBImage) -> [Float] {
        (0..<(image.width * image.height)).map { index in
            let red = Float(image.pixels[index * 3])
            let green = Float(image.pixels[index * 3 + 1])
            let blue = Float(image.pixels[index * 3 + 2])
            return (red * 0.299 + green * 0.587 + blue * 0.114) / 255
        }
    }

    /// How much brightness changes around a pixel, about 0–1: Sobel's two sums.
    private static func edgeStrength(_ grey: [Float], x: Int, y: Int, _ image: RGBImage) -> Float {
        func value(_ dx: Int, _ dy: Int) -> Float {
            let column = max(0, min(image.width - 1, x + dx))
            let row = max(0, min(image.height - 1, y + dy))
            return grey[row * image.width + column]
        }
        let across =
            value(1, -1) + 2 * value(1, 0) + value(1, 1)
            - value(-1, -1) - 2 * value(-1, 0) - value(-1, 1)
        let down =
            value(-1, 1) + 2 * value(0, 1) + value(1, 1)
            - value(-1, -1) - 2 * value(0, -1) - value(1, -1)
        return (across * across + down * down).squareRoot() / 4 * 1.6
    }
}
