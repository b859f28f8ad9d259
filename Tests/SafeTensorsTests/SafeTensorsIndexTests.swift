import SafeTensors
import TestSupport
import Testing

/// Indices of weights in several files.
@Suite struct SafeTensorsIndexTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func readsTheWeightMap() throws {
        let json = """
            {"metadata": {"total_size": 1.5e3, "x": [true, null, {"y": -2}]},
             "weight_map": {"a": "m-00001-of-00002.safetensors", "b": "m-00002-of-00002.safetensors"}}
            """
        let path = try folder.write(Array(json.utf8), to: "m.safetensors.index.json")
        let index = try SafeTensorsIndex(path: path)
        #expect(
            index.fileNames == ["m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors"]
        )
        let file = "m-00001-of-00002.safetensors"
        try index.check(["a"], ofFile: file, indexPath: path)
        #expect(
            throws: SafeTensorsError.malformedIndex(
                .missing(key: "a", fileName: file),
                path: path
            )
        ) { try index.check([], ofFile: file, indexPath: path) }
        #expect(
            throws: SafeTensorsError.malformedIndex(
                .unlisted(key: "b", fileName: file),
                path: path
            )
        ) { try index.check(["a", "b"], ofFile: file, indexPath: path) }
    }

    @Test(arguments: ["../secret.safetensors", "/etc/passwd", ".hidden", ""])
    func staysInItsFolder(name: String) throws {
        let path = try folder.write(
            Array(#"{"weight_map":{"a":"\#(name)"}}"#.utf8),
            to: "m.safetensors.index.json"
        )
        #expect(throws: SafeTensorsError.malformedIndex(.fileOutsideFolder(name), path: path)) {
            try SafeTensorsIndex(path: path)
        }
    }

    @Test(arguments: [
        "{}", "[]", #"{"weight_map":{"a":"x","a":"y"}}"#, #"{"weight_map":{"a":1}}"#,
        #"{"weight_map":{},"weight_map":{}}"#, #"{"metadata":{"#,
    ])
    func refusesWhatIsNoIndex(json: String) throws {
        let path = try folder.write(Array(json.utf8), to: "m.safetensors.index.json")
        #expect(throws: SafeTensorsError.self) { try SafeTensorsIndex(path: path) }
    }
}
