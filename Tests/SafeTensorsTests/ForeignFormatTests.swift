import SafeTensors
import TestSupport
import Testing

/// Other formats are recognised by content and refused with what to do.
@Suite struct ForeignFormatTests {
    @Test(arguments: [
        (ForeignFormat.zip, [0x50, 0x4B, 0x03, 0x04, 0x14, 0, 8, 8] as [UInt8]),
        (.pickle, [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46]),
        (.gitLFSPointer, Array("version https://git-lfs.github.com/spec/v1\noid sha256:0".utf8)),
        (.html, Array("<!DOCTYPE html><title>404</title>".utf8)),
    ])
    func isRefused(format: ForeignFormat, magic: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            magic + Array(repeating: 0, count: 100),
            to: "innocent.safetensors"
        )
        #expect(throws: SafeTensorsError.foreignFormat(format, path: path)) {
            try SafeTensorsFile(path: path)
        }
    }

    @Test func aHeaderWhoseLengthLooksLikeAPickleIsRead() throws {
        let folder = try TemporaryFolder()
        let json = "{}" + String(repeating: " ", count: 0x280 - 2)
        let path = try folder.write(SafeTensorsBytes.file(header: json), to: "a.safetensors")
        #expect(try SafeTensorsFile(path: path).header.entries.isEmpty)
    }

    @Test func theSentenceTellsHowToConvert() {
        let error = SafeTensorsError.foreignFormat(.pickle, path: "ip-adapter_sd15.bin")
        let text = error.description
        #expect(
            text.hasPrefix("Expected safetensors in ip-adapter_sd15.bin, found a Python pickle")
        )
        #expect(text.contains("weights_only=True"))
        #expect(text.hasSuffix("'ip-adapter_sd15.bin' 'ip-adapter_sd15.bin.safetensors'"))
        #expect(!text.contains("\n"))
    }
}
