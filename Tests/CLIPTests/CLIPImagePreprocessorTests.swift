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
            #"{"do_center_crop": false}"#, #"{"resample": 1}"#, #"{"image_mean": [0.5]}"#,
            #"{"size": {"height": 224, "width": 200}}"#, #"{"size": 64}"#,
        ] {
            #expect(throws: ModelFileError.self) { try decode(json) }
        }
    }

    @Test func `A size of both sides does not keep proportions, and bilinear is read`() throws {
        let json = #"{"size": {"height": 24, "width": 24}, "crop_size": 24, "resample": 2}"#
        let squashing = try JSONDecoder().decode(
            CLIPImagePreprocessor.self,
            from: Data(json.utf8)
        )
        #expect(!squashing.keepsProportions)
        #expect(squashing.filter == .bilinear)
        // The left half is black: squashed it stays half of the picture.
        var wide = RGBImage(width: 96, height: 24, filledWith: .white)
        for x in 0..<48 { for y in 0..<24 { wide[x, y] = .black } }
        var plain = squashing
        plain.keepsProportions = true
        let red = { (preparation: CLIPImagePreprocessor) in
            preparation([wide]).sliced(axis: 3, 0..<1).values
        }
        let low = red(squashing).min()
        #expect(red(squashing).filter { $0 == low }.count > 24 * 10)
        #expect(red(squashing) != red(plain))
    }

    @Test
    func `The encoder's own file comes first, then the base's of its size, then CLIP's values`()
        throws
    {
        let temporary = try TemporaryFolder()
        let encoder = URL(filePath: temporary["image_encoder"])
        let extractor = URL(filePath: temporary["feature_extractor/preprocessor_config.json"])
        func preprocessor() throws -> CLIPImagePreprocessor {
            try CLIPImagePreprocessor(folder: encoder, featureExtractor: extractor, imageSize: 28)
        }
        func write(_ json: String, to name: String) throws {
            try temporary.write(Array(json.utf8), to: name)
        }
        for name in ["image_encoder", "feature_extractor"] {
            try FileManager.default.createDirectory(
                at: URL(filePath: temporary[name]),
                withIntermediateDirectories: true
            )
        }
        #expect(try preprocessor() == CLIPImagePreprocessor(imageSize: 28))
        try write(
            #"{"size": 32, "crop_size": 28, "image_mean": [0.5, 0.5, 0.5]}"#,
            to: "feature_extractor/preprocessor_config.json"
        )
        #expect(try preprocessor().mean == [0.5, 0.5, 0.5])
        #expect(try preprocessor().shorterSide == 32)
        // One of another size belongs to another encoder, such as the safety checker's.
        try write(
            #"{"crop_size": 224, "image_mean": [0.5, 0.5, 0.5]}"#,
            to: "feature_extractor/preprocessor_config.json"
        )
        #expect(try preprocessor() == CLIPImagePreprocessor(imageSize: 28))
        try write(
            #"{"size": 28, "crop_size": 28, "image_std": [1, 1, 1]}"#,
            to: "image_encoder/preprocessor_config.json"
        )
        #expect(try preprocessor().standardDeviation == [1, 1, 1])
        try write(#"{"crop_size": 224}"#, to: "image_encoder/preprocessor_config.json")
        #expect(throws: ModelFileError.self) { try preprocessor() }
    }
}
