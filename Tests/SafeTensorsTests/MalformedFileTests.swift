import SafeTensors
import TestSupport
import Testing

/// Files that break the format's rules: each is refused with its fault, and none crashes the reader.
@Suite struct MalformedFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A file and the fault that is found in it.
    struct Malformed: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let fault: SafeTensorsFault
        var testDescription: String { "\(fault)" }

        init(_ fault: SafeTensorsFault, bytes: [UInt8]) {
            self.bytes = bytes
            self.fault = fault
        }

        init(_ fault: SafeTensorsFault, header: String, data: [UInt8] = []) {
            self.init(fault, bytes: SafeTensorsBytes.file(header: header, data: data))
        }
    }

    static let faults: [Malformed] = [
        Malformed(.tooShort(byteCount: 0), bytes: []),
        Malformed(.tooShort(byteCount: 7), bytes: [1, 0, 0, 0, 0, 0, 0]),
        Malformed(
            .headerTooLong(byteCount: 100_000_001, limit: 100_000_000),
            bytes: SafeTensorsBytes.length(100_000_001)
        ),
        Malformed(
            .headerTooLong(byteCount: .max, limit: 100_000_000),
            bytes: SafeTensorsBytes.length(.max)
        ),
        Malformed(
            .headerBeyondEnd(byteCount: 9, available: 2),
            bytes: SafeTensorsBytes.length(9) + [123, 125]
        ),
        Malformed(.syntax(expected: "{", offset: 0), header: " {}"),
        Malformed(.syntax(expected: "{", offset: 0), header: ""),
        Malformed(.syntax(expected: "the end", offset: 2), header: "{}x"),
        Malformed(.syntax(expected: "}", offset: 1), header: "{", data: []).expectingText,
        Malformed(
            .duplicateKey("a"),
            header: """
                {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},\
                "a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}
                """,
            data: [0, 0]
        ),
        Malformed(
            .duplicateKey("a"),
            header: """
                {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},\
                "\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}
                """,
            data: [0, 0]
        ),
        Malformed(
            .duplicateKey("a.shape"),
            header: #"{"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}}"#,
            data: [0]
        ),
        Malformed(.duplicateKey("__metadata__"), header: #"{"__metadata__":{},"__metadata__":{}}"#),
        Malformed(.duplicateKey("k"), header: #"{"__metadata__":{"k":"1","k":"2"}}"#),
        Malformed(
            .unknownField("device", tensor: "a"),
            header: #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"device":"cpu"}}"#
        ),
        Malformed(
            .missingField("data_offsets", tensor: "a"),
            header: #"{"a":{"dtype":"U8","shape":[]}}"#
        ),
        Malformed(
            .unknownDataType("F8_E4M3", tensor: "a"),
            header: #"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#
        ),
        Malformed(
            .wrongByteCount(tensor: "a", expected: 24, found: 20),
            header: #"{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,20]}}"#,
            data: Array(repeating: 0, count: 20)
        ),
        Malformed(
            .wrongByteCount(tensor: "a", expected: nil, found: 0),
            header: #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#
        ),
        Malformed(
            .syntax(expected: "a smaller number", offset: 29),
            header: #"{"a":{"dtype":"U8","shape":[ 99999999999999999999],"data_offsets":[0,1]}}"#
        ),
        Malformed(
            .syntax(expected: "a number without sign", offset: 28),
            header: #"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#
        ),
        Malformed(
            .syntax(expected: "a number without sign", offset: 28),
            header: #"{"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}"#
        ),
        Malformed(
            .beyondEnd(tensor: "a", end: 4, available: 3),
            header: #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#,
            data: [0, 0, 0]
        ),
        Malformed(
            .misplaced(tensor: "b", expectedStart: 2, foundStart: 1),
            header: """
                {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},\
                "b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}
                """,
            data: [0, 0, 0]
        ),
        Malformed(
            .misplaced(tensor: "a", expectedStart: 0, foundStart: 1),
            header: #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
            data: [0, 0]
        ),
        Malformed(
            .trailingBytes(count: 2),
            header: #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
            data: [0, 0, 0]
        ),
    ]

    @Test(arguments: faults) func namesTheFault(_ malformed: Malformed) throws {
        let path = try folder.write(malformed.bytes, to: "malformed.safetensors")
        #expect(throws: SafeTensorsError.malformed(malformed.fault, path: path)) {
            try SafeTensorsFile(path: path)
        }
    }

    @Test func refusesEveryTruncation() throws {
        for count in 0..<SafeTensorsBytes.valid.count {
            let path = try folder.write(Array(SafeTensorsBytes.valid.prefix(count)), to: "cut")
            #expect(throws: SafeTensorsError.self, "cut to \(count) bytes") {
                try SafeTensorsFile(path: path)
            }
        }
    }

    /// Changed bytes either still make a file whose every tensor can be read, or are refused.
    @Test(arguments: 0..<4 as Range<UInt64>) func survivesDamage(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        var accepted = 0
        for _ in 0..<500 {
            var bytes = SafeTensorsBytes.valid
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = .random(in: 0 ... .max, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes.randomElement(using: &generator) ?? 0, at: place)
                }
            }
            let path = try folder.write(bytes, to: "damaged")
            do {
                let file = try SafeTensorsFile(path: path)
                accepted += 1
                let sizes = file.header.entries.values.map { file.bytes(of: $0).byteCount }
                #expect(sizes.reduce(file.header.dataOffset, +) == bytes.count)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        #expect(accepted > 0, "damage to the data alone is not seen")
    }

    /// A small generator with a fixed sequence.
    struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}

extension MalformedFileTests.Malformed {
    /// The same bytes, refused because a key should follow.
    fileprivate var expectingText: Self {
        Self(.syntax(expected: "a text in quotes", offset: 1), bytes: bytes)
    }
}
