import Foundation
import ModelFiles
import Requests
import Testing

/// References to the local cache of the Hugging Face Hub.
@Suite struct HuggingFaceCacheTests {
    private let root: URL
    private let commit = "39593d5650112b4cc580433f6b0435385882d819"

    /// A cache as the Hub's programs leave it: a snapshot of links to blobs.
    init() throws {
        root = FileManager.default.temporaryDirectory
            .appending(path: "contrast-cache-\(UUID().uuidString)")
        let repository = root.appending(path: "models--org--tiny-sd")
        try make("models--org--tiny-sd/blobs/ab12", "{}")
        try make("models--org--tiny-sd/refs/main", commit)
        try make("models--org--tiny-sd/refs/fp16", "\(commit)\n")
        let snapshot = repository.appending(path: "snapshots/\(commit)")
        try FileManager.default.createDirectory(
            at: snapshot.appending(path: "unet"),
            withIntermediateDirectories: true
        )
        try link("model_index.json", "../../blobs/ab12")
        try link("unet/config.json", "../../../blobs/ab12")
    }

    private func make(_ path: String, _ text: String) throws {
        let file = root.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
    }

    private func link(_ path: String, _ destination: String) throws {
        let snapshot = root.appending(path: "models--org--tiny-sd/snapshots/\(commit)")
        try FileManager.default.createSymbolicLink(
            atPath: snapshot.appending(path: path).path,
            withDestinationPath: destination
        )
    }

    private func reference(_ text: String) throws -> HuggingFaceReference {
        let payload: JSONValue = ["prompt": "a dog", "base": .string(text)]
        let (request, _) = try JobRequest.decode(kind: .generate, payload: payload, drawnSeed: 0)
        guard case .generate(let request) = request, case .huggingFace(let found) = request.base
        else { throw CancellationError() }
        #expect(found.description == text)
        return found
    }

    private func find(_ text: String) throws -> URL {
        try HuggingFaceCache(root).location(of: reference(text))
    }

    private func sentence(_ text: String) throws -> String {
        let error = #expect(throws: HuggingFaceCacheError.self) { try find(text) }
        return "\(try #require(error))"
    }

    @Test func snapshotsAreFound() throws {
        defer { try? FileManager.default.removeItem(at: root) }
        let snapshot = root.appending(path: "models--org--tiny-sd/snapshots/\(commit)").path
        for text in ["hf:org/tiny-sd", "hf:org/tiny-sd@fp16", "hf:org/tiny-sd@\(commit)"] {
            #expect(try find(text).path == snapshot)
        }
        #expect(try find("hf:org/tiny-sd/unet").lastPathComponent == "unet")
    }

    @Test func aFailureListsWhatWasLookedFor() throws {
        defer { try? FileManager.default.removeItem(at: root) }
        let none = try sentence("hf:org/other")
        #expect(none.contains("models--org--other"))
        #expect(none.contains("models--org--tiny-sd"))
        #expect(none.contains("hf download org/other"))
        let revision = try sentence("hf:org/tiny-sd@v2")
        #expect(revision.contains("refs/v2 or snapshots/v2"))
        #expect(revision.contains("refs: fp16, main, snapshots: \(commit)"))
        #expect(try sentence("hf:org/tiny-sd/x.safetensors").contains("model_index.json, unet"))
    }

    @Test func linksStayInTheCacheAndLeadSomewhere() throws {
        defer { try? FileManager.default.removeItem(at: root) }
        try link("vae.safetensors", "../../blobs/gone")
        #expect(try sentence("hf:org/tiny-sd").contains("\"vae.safetensors\""))
        try FileManager.default.removeItem(
            at: root.appending(path: "models--org--tiny-sd/snapshots/\(commit)/vae.safetensors")
        )
        try link("passwd", "/etc/passwd")
        #expect(try sentence("hf:org/tiny-sd").contains("leads out"))
    }

    @Test(
        arguments: [
            "hf:", "hf:org", "hf:org/", "hf:/name", "hf:../..", "hf:org/a@", "hf:org/a@../../b",
            "hf:org/a/../../b", "hf:org/a b",
        ]
    )
    func otherSpellingsAreRefused(_ text: String) throws {
        #expect(throws: RequestError.self) {
            try JobRequest.decode(
                kind: .generate,
                payload: ["prompt": "a dog", "base": .string(text)],
                drawnSeed: 0
            )
        }
    }

    @Test func theHubsOwnVariablesNameTheCache() {
        func folder(_ environment: [String: String]) -> String {
            HuggingFaceCache.defaultFolder(environment: environment).path
        }
        let all = ["HF_HUB_CACHE": "/cache", "HF_HOME": "/hf", "HOME": "/home/a"]
        #expect(folder(all) == "/cache")
        #expect(folder(all.filter { $0.key != "HF_HUB_CACHE" }) == "/hf/hub")
        #expect(folder(["HOME": "/home/a"]) == "/home/a/.cache/huggingface/hub")
        #expect(folder(["HOME": "/h", "XDG_CACHE_HOME": "/x"]) == "/x/huggingface/hub")
    }
}
