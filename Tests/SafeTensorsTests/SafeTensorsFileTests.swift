import SafeTensors
import TestSupport
import Testing

/// What a file that is as it should be reads back as.
@Suite struct SafeTensorsFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func readsBackWhatTheWriterWrote() throws {
        let path = folder["round trip.safetensors"]
        let (half, word) = ([UInt8](0..<12), [UInt8](20..<28))
        var writer = try SafeTensorsWriter(
            declarations: [
                .init(name: "b.weight", dataType: .float16, shape: [2, 3]),
                .init(name: "a \"quoted\" \\ näme", dataType: .int64, shape: []),
                .init(name: "empty", dataType: .float32, shape: [0, 4]),
            ],
            metadata: ["format": "pt", "note": "line\nbreak\tand\u{1}"],
            path: path
        )
        try writer.append(half.span)
        try writer.append(word.span)
        try writer.append([UInt8]().span)
        try writer.finish()

        let file = try SafeTensorsFile(path: path)
        #expect(file.header.metadata == ["format": "pt", "note": "line\nbreak\tand\u{1}"])
        #expect(Set(file.header.entries.keys) == ["b.weight", "a \"quoted\" \\ näme", "empty"])
        let entry = try #require(file.header.entries["b.weight"])
        #expect(entry.shape == [2, 3])
        #expect(entry.dataType == .float16)
        #expect(SafeTensorsBytes.array(file.bytes(of: entry)) == Array(0..<12))
        let scalar = try #require(file.header.entries["a \"quoted\" \\ näme"])
        #expect(SafeTensorsBytes.array(file.bytes(of: scalar)) == Array(20..<28))
        #expect(file.header.dataOffset.isMultiple(of: 64))
        #expect(folder.entries == ["round trip.safetensors"])
    }

    @Test func anUnfinishedWriterLeavesNothing() throws {
        let path = folder["unfinished.safetensors"]
        do {
            var writer = try SafeTensorsWriter(
                declarations: [.init(name: "a", dataType: .uint8, shape: [4])],
                metadata: [:],
                path: path
            )
            let bytes: [UInt8] = [1, 2, 3, 4]
            try writer.append(bytes.span)
        }
        #expect(folder.entries.isEmpty)
    }

    @Test func aFailedWriteKeepsTheOldFile() throws {
        let path = try folder.write([1, 2, 3], to: "old.safetensors")
        do {
            _ = try SafeTensorsWriter(
                declarations: [.init(name: "a", dataType: .uint8, shape: [4])],
                metadata: [:],
                path: path
            )
        }
        #expect(folder.entries == ["old.safetensors"])
    }

    @Test func readsWhatTheReferenceWriterPads() throws {
        // The Python library pads the header with spaces; `data_offsets` need not follow key order.
        let path = try folder.write(
            SafeTensorsBytes.file(
                header: """
                    {"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},
                     "a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}   
                    """,
                data: [7, 8, 9]
            ),
            to: "padded.safetensors"
        )
        let file = try SafeTensorsFile(path: path)
        let entry = try #require(file.header.entries["b"])
        #expect(SafeTensorsBytes.array(file.bytes(of: entry)) == [8, 9])
    }

    @Test func saysWhatSystemCallsFailed() throws {
        let missing = folder["missing.safetensors"]
        #expect(throws: SafeTensorsError.system(operation: "open", path: missing, code: 2)) {
            try SafeTensorsFile(path: missing)
        }
        let error = SafeTensorsError.system(operation: "open", path: "x.safetensors", code: 2)
        #expect(error.description == "Could not open x.safetensors: No such file or directory.")
        #expect(throws: SafeTensorsError.self) { try SafeTensorsFile(path: folder.path) }
    }
}
