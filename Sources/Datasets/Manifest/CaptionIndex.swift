internal import Foundation

/// The captions of a data set: `metadata.jsonl` with `file_name` and `text`, or a text file per picture.
struct CaptionIndex {
    private var captions: [String: String] = [:]
    private let folder: DatasetFolder

    /// One line of `metadata.jsonl`; other fields are left alone.
    private struct Line: Decodable {
        var file_name: String
        var text: String
    }

    /// Reads `metadata.jsonl` of the root, if there is one.
    init(_ folder: DatasetFolder) throws {
        self.folder = folder
        let name = "metadata.jsonl"
        for (number, text) in (try folder.lines(of: name) ?? []).enumerated() where !text.isEmpty {
            guard let line = try? JSONDecoder().decode(Line.self, from: Data(text.utf8)) else {
                throw DatasetError.malformedLine(
                    file: name,
                    line: number + 1,
                    expected: #"{"file_name": "…", "text": "…"}"#
                )
            }
            captions[line.file_name] = line.text
        }
    }

    /// The caption of the picture at a path: from `metadata.jsonl`, or the text file of the same name.
    func caption(for image: String) throws -> String? {
        if let caption = captions[image] { return caption }
        let stem = (image as NSString).deletingPathExtension
        let text = try folder.lines(of: stem + ".txt")?.joined(separator: " ")
        let trimmed = text?.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed?.isEmpty == false ? trimmed : nil
    }
}
