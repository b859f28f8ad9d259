internal import Foundation

/// Takes the worker's folders and secrets out of sentences: who enqueues jobs reads names below a root, as payloads and
/// rows have them, and learns nothing about the machine.
package struct RelativeNames: Sendable {
    /// A folder and what it is called.
    private struct Root: Sendable {
        let path: String
        let name: String
        /// Whether the name stays before what lies in the folder.
        var isNamed = false
    }

    /// The innermost folders first.
    private var roots: [Root]
    private let redact: Redaction

    /// Creates the names below the folders of a worker.
    package init(_ configuration: WorkerConfiguration) {
        redact = Redaction(configuration)
        var folders = [
            (configuration.workRoot, "the work root"),
            (configuration.outputRoot, "the output root"),
            (configuration.inputRoot, "the input root"),
            (configuration.modelsRoot, "the models root"),
            (configuration.huggingFaceCache, "the Hugging Face cache"),
        ]
        if case .folder(let folder) = configuration.exchange {
            folders.append((folder, "the exchange"))
        }
        roots = folders.flatMap { folder, name in
            [folder, folder.resolvingSymlinksInPath()].map { folder in
                var path = folder.path(percentEncoded: false)
                while path.hasSuffix("/") { path.removeLast() }
                return Root(path: path, name: name)
            }
        }
        .filter { !$0.path.isEmpty }
        .sorted { $0.path.count > $1.path.count }
    }

    /// From now on a path is called by a name of its own.
    mutating func call(_ path: String, _ name: String) {
        roots.removeAll { $0.path == path }
        roots.insert(Root(path: path, name: name, isNamed: true), at: 0)
    }

    /// The text with `…/models/sd15/unet` written as `sd15/unet`, and `…/models` as `the models root`.
    package func callAsFunction(_ text: String) -> String {
        roots.reduce(redact(text)) { text, root in
            var result = ""
            var rest = text[...]
            while let range = rest.range(of: root.path) {
                let before = text[..<range.lowerBound].last
                let after = text[range.upperBound...].first
                result += rest[..<range.lowerBound]
                rest = rest[range.upperBound...]
                let isPartOfAnother =
                    RelativeNames.continuesPath(before)
                    || (after != "/" && RelativeNames.continuesPath(after))
                if isPartOfAnother {
                    result += root.path
                } else if after == "/", !root.isNamed {
                    rest = rest.dropFirst()
                } else {
                    result += root.name
                }
            }
            return result + rest
        }
    }

    /// Whether a character beside a path makes it a part of another one.
    private static func continuesPath(_ character: Character?) -> Bool {
        guard let character else { return false }
        return character.isLetter || character.isNumber || "/-_~".contains(character)
    }
}
