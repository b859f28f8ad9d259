import Foundation
import JobWorker
import Logging
import Testing
import WorkerTestSupport

@Suite struct LoggingTests {
    /// Ways to write a password into a database's address.
    enum Spelling: CaseIterable {
        case user, query, quoted, bare, spaced

        func url(_ password: String) -> String {
            let encoded =
                password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            var escaped = ""
            for character in password {
                if #"\'"#.contains(character) || self == .bare && character.isWhitespace {
                    escaped += #"\"#
                }
                escaped.append(character)
            }
            return switch self {
            case .user: "postgresql://worker:\(encoded)@db:5433/contrast?application_name=x"
            case .query: "postgresql://worker@db/contrast?password=\(encoded)&connect_timeout=2"
            case .quoted: "host=db password='\(escaped)' user=worker"
            case .bare: "password=\(escaped) user=worker"
            case .spaced: "user = worker password = '\(escaped)'"
            }
        }
    }

    @Test(arguments: Spelling.allCases)
    func passwordsNeverShow(_ spelling: Spelling) {
        var random = SeededGenerator(state: 5)
        let signs = Array(#" '"\%@:/?#&=+$;é😀a1B*"#)
        let odd = (0..<300).map { _ in
            String(
                (0..<Int.random(in: 6...12, using: &random)).map { _ in
                    signs[Int.random(in: 0..<signs.count, using: &random)]
                }
            )
        }
        for password in odd + ["s3cr et", "it's \"mine\"", #"\'\'\'"#, "p@ss:w/rd?x=1"] {
            let url = spelling.url(password)
            let redact = Redaction(databaseURL: url)
            for text in [
                "cannot reach \(url): no", "no \(password) there", "\([url, password])",
                "password authentication failed for \(password)", url,
                spelling.url("x").replacing("x", with: password),
            ] {
                let line = redact(text)
                #expect(line.contains("***"), "\(text)")
                #expect(!line.contains(password), "\(text)")
                let encoded = password.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
                #expect(!line.contains(encoded ?? ""), "\(text)")
            }
            #expect(redact("the worker ends") == "the worker ends")
        }
    }

    @Test func whatLibpqCannotReadIsSecretAltogether() {
        for url in ["postgresql://w:s3cret@db/x?nonsense=1", "password='s3cret", "s3cret"] {
            #expect(!Redaction(databaseURL: url)("for \(url), s3cret").contains(url))
        }
        #expect(
            Redaction(databaseURL: "postgresql:///contrast")("to postgresql:///contrast")
                == "to postgresql:///contrast"
        )
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
