import Foundation
import Imaging
import SmallWorld
import TestSupport
import Testing

@Suite struct WorldExportTests {
    @Test func writesViewsMasksAndCaptions() throws {
        let temporary = try TemporaryFolder()
        let folder = URL(fileURLWithPath: temporary.path)
        let export = WorldExport(sampler: WorldSampler(seed: 2), subjectCount: 12, viewCount: 3)
        var steps: [Int] = []
        try export.write(to: folder) { steps.append($0) }
        #expect(steps == Array(1...12))

        let text = try String(
            contentsOf: folder.appendingPathComponent("metadata.jsonl"),
            encoding: .utf8
        )
        let lines = text.split(separator: "\n")
        #expect(lines.count == 36)
        for line in lines {
            let row = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
            let name = try #require(row["file_name"])
            let image = try ImageDecoder()
                .decode(contentsOf: folder.appendingPathComponent(name).path).image
            let maskName = name.replacingOccurrences(of: "/images/", with: "/masks/")
            let mask = try ImageDecoder()
                .decode(contentsOf: folder.appendingPathComponent(maskName).path).image
            #expect(image.width == 64 && mask.width == 64)
            #expect(mask.pixels.contains(255))
            #expect(row["text"]?.hasPrefix("a photo of a") == true)
        }
        let categories = try String(
            contentsOf: folder.appendingPathComponent("mvimgnet_category.txt"),
            encoding: .utf8
        )
        #expect(categories.hasPrefix("0,mug\n1,rocket\n"))
    }
}
