internal import ArgumentParser
internal import Foundation
internal import Requests

/// Puts a job of any kind in the queue, its payload as JSON.
struct EnqueueAnyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job",
        abstract: "A job of any kind, its payload as JSON."
    )

    @Argument(
        help: "Kind of job.",
        completion: .list(JobKind.allCases.map(\.rawValue))
    )
    var kind: String

    @Argument(help: "Payload: a JSON object, @FILE, or - for standard input.")
    var payload: String = "{}"

    @OptionGroup var order: OrderOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (kind, payload) = try Failure.explaining { (try readKind(), try readPayload()) }
        try order.send(kind, payload, connection: connection, output: output)
    }

    private func readKind() throws(Failure) -> JobKind {
        if let kind = JobKind(rawValue: kind) { return kind }
        let kinds = JobKind.allCases.map(\.rawValue)
        let hint = Spelling.closest(to: kind, among: kinds).map { "; did you mean \($0)?" } ?? ""
        throw Failure(
            "expected one of \(kinds.joined(separator: ", ")), found \"\(kind)\"\(hint)",
            code: 64
        )
    }

    private func readPayload() throws -> JSONValue {
        var text = payload
        if payload == "-" {
            text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        } else if payload.hasPrefix("@") {
            let file = URL(filePath: String(payload.dropFirst()))
            guard let data = try? Data(contentsOf: file) else {
                throw Failure(
                    "expected a readable file \(payload.dropFirst()), found none",
                    code: 64
                )
            }
            text = String(decoding: data, as: UTF8.self)
        }
        return try JSONValue(parsing: text)
    }
}
