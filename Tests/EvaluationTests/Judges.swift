import Evaluation
import Foundation
import Imaging
import TestSupport

/// The judges of these tests.
enum Judges {
    /// A tiny random CLIP in one folder (scripts/fixtures/evaluation.py).
    static func tiny() throws -> CLIPJudge {
        try CLIPJudge(folder: Fixtures.folder("Evaluation/clip"), name: "tiny")
    }

    /// A tiny random DINOv2 (scripts/fixtures/dinov2.py).
    static func tinyDINO() throws -> DINOJudge {
        try DINOJudge(folder: Fixtures.folder("DINOv2/plain"), name: "tiny DINOv2")
    }

    /// The encoders of the base that this repository ships.
    static func shipped() throws -> CLIPJudge {
        let folder = Fixtures.folder("../../Sources/SmallWorld/Pretrained/small-world")
        return try CLIPJudge(folder: folder.standardizedFileURL, name: "small-world")
    }

    /// The fixture's pictures, in the order of its tables.
    static func pictures() throws -> [RGBImage] {
        try ["wide", "tall", "square"].map { name in
            let file = Fixtures.folder("Evaluation/\(name).png")
            return try ImageDecoder().decode(contentsOf: file.path).image
        }
    }
}
