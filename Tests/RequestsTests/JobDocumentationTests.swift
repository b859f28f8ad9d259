import Foundation
import Requests
import Testing

/// `docs/JOBS.md` lists every field with its default and limit, as the requests themselves state them.
///
/// After a change of a request, `CONTRAST_UPDATE_DOCS=1 scripts/test --filter JobDocumentationTests`
/// writes the tables anew.
@Suite(.serialized) struct JobDocumentationTests {
    private static let file = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/JOBS.md")

    @Test(arguments: JobKind.allCases)
    func tableOfKindIsUpToDate(_ kind: JobKind) throws {
        let begin = "<!-- fields of \(kind.rawValue) -->\n"
        let end = "\n<!-- end of \(kind.rawValue) -->"
        let table = ([FieldDescription.heading] + JobRequest.fields(of: kind).map(\.row))
            .joined(separator: "\n")
        var text = try String(contentsOf: Self.file, encoding: .utf8)
        let start = try #require(text.range(of: begin), "docs/JOBS.md lacks \(begin)").upperBound
        let stop = try #require(text.range(of: end), "docs/JOBS.md lacks \(end)").lowerBound
        if ProcessInfo.processInfo.environment["CONTRAST_UPDATE_DOCS"] == "1" {
            text.replaceSubrange(start..<stop, with: table)
            try text.write(to: Self.file, atomically: true, encoding: .utf8)
        } else {
            #expect(String(text[start..<stop]) == table)
        }
    }
}
