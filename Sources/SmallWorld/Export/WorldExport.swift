package import Foundation
internal import Imaging

/// Writes subjects of the small world as a multi-view data set on disk, in MVImgNet's layout:
///
///     mvimgnet_category.txt                     lines "class,name"
///     metadata.jsonl                            {"file_name": …, "text": …} for each picture
///     CLASS/INSTANCE/images/001.png             views of one subject
///     CLASS/INSTANCE/masks/001.png              where the subject is
package struct WorldExport: Sendable {
    /// What is drawn, and from which split.
    package var sampler: WorldSampler
    /// The number of subjects; the classes take turns.
    package var subjectCount: Int
    /// The views of each subject.
    package var viewCount: Int
    /// The pictures' width and height.
    package var side: Int
    /// Whether scenes, accessories, styles and shapes vary and captions tell them; else all but the scene
    /// stays the subject's own.
    package var hasEdits: Bool

    /// Creates an export.
    package init(
        sampler: WorldSampler,
        subjectCount: Int,
        viewCount: Int,
        side: Int = 64,
        hasEdits: Bool = false
    ) {
        precondition((1...999).contains(viewCount), "a subject has 1–999 views, not \(viewCount)")
        self.sampler = sampler
        self.subjectCount = subjectCount
        self.viewCount = viewCount
        self.side = side
        self.hasEdits = hasEdits
    }

    /// One line of `metadata.jsonl`.
    private struct Metadata: Encodable {
        var fileName: String
        var text: String
        enum CodingKeys: String, CodingKey {
            case fileName = "file_name"
            case text
        }
    }

    /// Writes everything below `root`; `progress` gets the subjects done and may throw to stop.
    package func write(to root: URL, progress: (Int) throws -> Void = { _ in }) throws {
        let renderer = Renderer(side: side)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var metadata = Data()
        for index in 0..<subjectCount {
            let subject = sampler.subject(index)
            let folder = WorldExport.folder(of: subject, index: index)
            for kind in ["images", "masks"] {
                try FileManager.default.createDirectory(
                    at: root.appendingPathComponent("\(folder)/\(kind)"),
                    withIntermediateDirectories: true
                )
            }
            for view in 0..<viewCount {
                let description =
                    hasEdits
                    ? sampler.editedView(view, of: subject) : sampler.view(view, of: subject)
                let picture = renderer.render(description)
                let name = WorldExport.fileName(view)
                try Data(PNGEncoder.encode(picture.image))
                    .write(to: root.appendingPathComponent("\(folder)/images/\(name)"))
                try Data(PNGEncoder.encode(picture.mask))
                    .write(to: root.appendingPathComponent("\(folder)/masks/\(name)"))
                let line = Metadata(
                    fileName: "\(folder)/images/\(name)",
                    text: hasEdits
                        ? sampler.caption(index * 1000 + view, for: description)
                        : description.caption(.noun)
                )
                metadata += try encoder.encode(line) + Data("\n".utf8)
            }
            try progress(index + 1)
        }
        try metadata.write(to: root.appendingPathComponent("metadata.jsonl"), options: .atomic)
        let categories = SubjectClass.allCases.enumerated().map { "\($0),\($1.noun)\n" }
        try Data(categories.joined().utf8)
            .write(to: root.appendingPathComponent("mvimgnet_category.txt"), options: .atomic)
    }

    /// Where a subject's pictures lie: its class number, and a hexadecimal name that begins with its number.
    private static func folder(of subject: Subject, index: Int) -> String {
        let classes = SubjectClass.allCases
        let number = classes.firstIndex(of: subject.subjectClass) ?? 0
        let name = String(UInt64(index) << 24 | subject.stableHash >> 40, radix: 16)
        return "\(number)/\(String(repeating: "0", count: max(0, 10 - name.count)))\(name)"
    }

    /// The file name of a view: 001.png and on.
    private static func fileName(_ view: Int) -> String {
        let digits = String(view + 1)
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits + ".png"
    }
}
