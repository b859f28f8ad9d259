import Imaging
import Testing

@Suite struct PNGEncoderTests {
    @Test func returnsWithTheSamePixels() throws {
        let image = testImage(width: 31, height: 17)
        let decoded = try ImageDecoder().decode(try PNGEncoder.encode(image))
        #expect(decoded.image == image)
        #expect(decoded.alpha == nil)
    }

    @Test func writesMasksAsGrey() throws {
        let mask = Mask(width: 5, height: 3, values: (0..<15).map { UInt8($0 * 17) })
        let image = try ImageDecoder().decode(try PNGEncoder.encode(mask)).image
        #expect(
            stride(from: 0, to: image.pixels.count, by: 3).map { image.pixels[$0] } == mask.values
        )
    }

    @Test func keepsTexts() throws {
        let texts = [
            PNGText(keyword: "parameters", text: "a photo of a mug\nSteps: 30, Größe: 64x64"),
            PNGText(keyword: "customcontrast", text: #"{"prompt":"ein Becher — 杯子 🫖"}"#),
            PNGText(keyword: "empty", text: ""),
        ]
        let bytes = try PNGEncoder.encode(testImage(width: 8, height: 8), texts: texts)
        #expect(try PNGText.read(png: bytes) == texts)
        let content = String(decoding: bytes, as: UTF8.self)
        #expect(content.contains("tEXtparameters"))
        #expect(content.contains("iTXtcustomcontrast"))
    }

    @Test func refusesTextsThatPNGCannotHold() {
        let image = testImage(width: 2, height: 2)
        for text in [
            PNGText(keyword: "", text: "x"),
            PNGText(keyword: String(repeating: "k", count: 80), text: "x"),
            PNGText(keyword: "键", text: "x"),
            PNGText(keyword: "zero", text: "a\0b"),
        ] {
            #expect(throws: ImageError.unsuitableText(keyword: text.keyword)) {
                try PNGEncoder.encode(image, texts: [text])
            }
        }
    }

    @Test func writesTheSameBytesAgain() throws {
        let image = testImage(width: 40, height: 30)
        #expect(try PNGEncoder.encode(image) == PNGEncoder.encode(image))
    }

    @Test func writesTransparency() throws {
        let image = testImage(width: 7, height: 5)
        let alpha = Mask(width: 7, height: 5, values: (0..<35).map { UInt8(7 * $0) })
        let decoded = try ImageDecoder(canvas: .white)
            .decode(try PNGEncoder.encode(image, alpha: alpha))
        #expect(decoded.alpha == alpha)
        #expect(decoded.image == image.cutOut(by: alpha))
    }

    /// libpng would allocate a text in full, of as many bytes as its chunk says it has.
    @Test func aTextThatIsLongerThanTheFileIsRefused() throws {
        let bytes = try PNGEncoder.encode(RGBImage(width: 3, height: 2), texts: [])
        let header = 8 + 25
        let chunk: [UInt8] = [0x60, 0, 0, 0] + Array("iTXt".utf8)
        let damaged = bytes[..<header] + chunk + bytes[header...]
        #expect {
            try PNGText.read(png: Array(damaged))
        } throws: {
            "\($0)".contains("a chunk is longer than the file")
        }
    }
}
