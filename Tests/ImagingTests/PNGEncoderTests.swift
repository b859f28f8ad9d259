import Imaging
import Testing

@Suite struct PNGEncoderTests {
    @Test func writesSignatureAndSize() throws {
        let bytes = try PNGEncoder.encode(RGBImage(width: 3, height: 2, filledWith: .black))
        #expect(ImageFormat(signatureOf: bytes) == .png)
        #expect(Array(bytes[16..<24]) == [0, 0, 0, 3, 0, 0, 0, 2])
    }
}
