import Foundation
import JobWorker
import Logging
import Testing

@Suite struct LoggingTests {
    @Test(
        arguments: [
            "postgresql://worker:s3cr%20et@db/contrast", "host=db password='s3cr et' user=worker",
        ]
    )
    func passwordsNeverShow(_ url: String) {
        let redact = Redaction(databaseURL: url)
        let line = redact("cannot reach \(url): s3cr et s3cr%20et")
        #expect(!line.contains("s3cr%20et"))
        #expect(line.contains("***"))
    }

    @Test func jsonLinesHaveSortedKeys() throws {
        let line = StandardErrorLogHandler.json(
            .warning,
            "a \"quoted\"\nmessage",
            ["job": "7"],
            at: Date(timeIntervalSince1970: 0)
        )
        #expect(
            line == #"{"job":"7","level":"warning","message":"a \"quoted\"\nmessage","#
                + #""time":"1970-01-01T00:00:00.000Z"}"#
        )
    }

    @Test func terminalsNeverSeeControlCharacters() {
        let line = StandardErrorLogHandler.human(
            .info,
            "red \u{1B}[31m",
            ["b": "2", "a": "\u{7}"],
            at: Date(timeIntervalSince1970: 0)
        )
        #expect(line == "00:00:00 info      red \\u{1b}[31m  a=\\u{7}  b=2")
    }
}
