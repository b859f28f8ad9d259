import CLIP
import Foundation
import Imaging
import Layers
import Tensors
import TestSupport
import Testing

/// Against transformers' processor on Pillow (scripts/fixtures/image_preprocessing.py).
struct CLIPImagePreprocessorTests {
    @Test(arguments: ["wide", "tall", "small", "square"])
    func `Pixels equal transformers'`(name: String) throws {
        let reference = try Fixtures.tensors("ImagePreprocessing/reference.safetensors")
        let picture = try reference.tensor("\(name).image")
        let image = RGBImage(
            width: picture.shape[1],
            height: picture.shape[0],
            pixels: picture.values.map { UInt8($0) }
        )
        let pixels = CLIPImagePreprocessor(imageSize: 24)([image, image])
        let expected = try reference.tensor("\(name).pixel_values")
        expectClose(pixels, stacked([expected, expected], axis: 0), relativeTolerance: 1e-6)
    }

    @Test func `Both spellings of a size are read, and other processing is refused`() throws {
        func decode(_ json: String) throws -> CLIPImagePreprocessor {
            try JSONDecoder().decode(CLIPImagePreprocessor.self, from: Data(json.utf8))
        }
        let old = try decode(#"{"size": 224, "crop_size": 224, "resample": 3, "do_resize": true}"#)
        let new = try decode(
            #"{"size": {"shortest_edge": 224}, "crop_size": {"height": 224, "width": 224}}"#
        )
        #expect(old == new)
        #expect(old == CLIPImagePreprocessor())
        for json in [
            #"{"do_center_crop": false}"#, #"{"resample": 2}"#, #"{"image_mean": [0.5]}"#,
            #"{"size": {"height": 224, "width": 200}}"#, #"{"size": 64}"#,
        ] {
            #expect(throws: ModelFileError.self) { try decode(json) }
        }
    }
}
