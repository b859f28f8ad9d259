internal import ArgumentParser
internal import Foundation
internal import ModelFiles
internal import Requests

/// Where models lie on this machine.
struct ModelRootOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "The workers' models root. Default: CONTRAST_MODELS_ROOT, or models.",
        completion: .directory
    )
    var modelsRoot: String?

    /// The models root.
    var root: URL {
        let environment = ProcessInfo.processInfo.environment
        let path = modelsRoot ?? environment["CONTRAST_MODELS_ROOT"] ?? "models"
        return URL(filePath: path, directoryHint: .isDirectory).absoluteURL.standardizedFileURL
    }

    /// Where a location of the registry lies: below the models root or in the Hugging Face cache.
    func url(of location: String) throws(Failure) -> URL {
        do {
            guard location.hasPrefix("hf:") else { return root.appending(path: location) }
            let environment = ProcessInfo.processInfo.environment
            let cache =
                environment["CONTRAST_HF_CACHE"].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
                ?? HuggingFaceCache.defaultFolder(environment: environment)
            return try HuggingFaceCache(cache).location(
                of: HuggingFaceReference(location, at: "PATH")
            )
        } catch {
            throw Failure("\(error)", code: 4)
        }
    }

    /// A path on this machine as the registry has it: below the models root.
    func location(of path: String) throws(Failure) -> String {
        if path.hasPrefix("hf:") { return path }
        let url =
            path.hasPrefix("/") || FileManager.default.fileExists(atPath: path)
            ? URL(filePath: path).absoluteURL.standardizedFileURL : root.appending(path: path)
        let prefix = root.path(percentEncoded: false)
        let found = url.path(percentEncoded: false)
        guard found.hasPrefix(prefix), found.count > prefix.count else {
            throw Failure(
                "expected a path below the models root \(prefix), found \(found); copy or mount the model "
                    + "there, so that every worker finds it",
                code: 64
            )
        }
        let location = found.dropFirst(prefix.count)
        return String(location.hasSuffix("/") ? location.dropLast() : location)
    }

    /// Runs `body`; what is wrong with a model's files ends the command with a sentence.
    static func explaining<Result>(_ body: () throws -> Result) throws(Failure) -> Result {
        do {
            return try body()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("\(error)", code: 1)
        }
    }
}
