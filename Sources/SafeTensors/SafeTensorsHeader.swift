/// The table of contents of a safetensors file, checked against the file's size.
///
/// The format: eight bytes with the header's length (little-endian), the header in JSON, then the values
/// without gaps. Matches the rules of the reference implementation (huggingface/safetensors,
/// `SafeTensors::read_metadata`): at most 100 MB of header, no key twice, every byte of the data in
/// exactly one tensor.
package struct SafeTensorsHeader: Sendable, Equatable {
    /// The longest header that is read, in bytes.
    package static let byteLimit = 100_000_000

    /// The tensors by key.
    package let entries: [String: SafeTensorsEntry]
    /// The free text pairs of `__metadata__`.
    package let metadata: [String: String]
    /// Where the data starts in the file, in bytes.
    package let dataOffset: Int

    /// Reads the header of a mapped file.
    init(file: MappedFile) throws(SafeTensorsFault) {
        let available = file.byteCount - 8
        guard available >= 0 else { throw .tooShort(byteCount: file.byteCount) }
        let length = file.copiedBytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(SafeTensorsHeader.byteLimit) else {
            throw .headerTooLong(byteCount: length, limit: SafeTensorsHeader.byteLimit)
        }
        let byteCount = Int(length)
        guard byteCount <= available else {
            throw .headerBeyondEnd(byteCount: byteCount, available: available)
        }
        let json = file.copiedBytes(8..<8 + byteCount)
        guard json.first == UInt8(ascii: "{") else { throw .syntax(expected: "{", offset: 0) }
        dataOffset = 8 + byteCount
        (entries, metadata) = try SafeTensorsHeader.parse(json)
        try SafeTensorsHeader.checkLayout(entries.values, dataByteCount: available - byteCount)
    }

    private static func parse(
        _ json: [UInt8]
    ) throws(SafeTensorsFault) -> ([String: SafeTensorsEntry], [String: String]) {
        var entries: [String: SafeTensorsEntry] = [:]
        var metadata: [String: String]?
        var scanner = JSONScanner(json)
        try scanner.object { (scanner, key) throws(SafeTensorsFault) in
            if key == "__metadata__" {
                if metadata != nil { throw .duplicateKey(key) }
                metadata = try scanner.stringPairs()
            } else {
                let entry = try scanner.entry(named: key)
                if entries.updateValue(entry, forKey: key) != nil { throw .duplicateKey(key) }
            }
        }
        try scanner.expectEnd()
        return (entries, metadata ?? [:])
    }

    /// Requires that the tensors fill the data from its first to its last byte, each behind another.
    private static func checkLayout(
        _ entries: some Collection<SafeTensorsEntry>,
        dataByteCount: Int
    ) throws(SafeTensorsFault) {
        var end = 0
        let inOrder = entries.sorted {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound)
                < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
        }
        for entry in inOrder {
            let range = entry.byteRange
            guard range.upperBound <= dataByteCount else {
                throw .beyondEnd(
                    tensor: entry.name,
                    end: range.upperBound,
                    available: dataByteCount
                )
            }
            guard range.lowerBound == end else {
                throw .misplaced(
                    tensor: entry.name,
                    expectedStart: end,
                    foundStart: range.lowerBound
                )
            }
            end = range.upperBound
        }
        guard end == dataByteCount else { throw .trailingBytes(count: dataByteCount - end) }
    }
}

extension JSONScanner {
    /// Reads an object whose values are texts.
    mutating func stringPairs() throws(SafeTensorsFault) -> [String: String] {
        var pairs: [String: String] = [:]
        try object { (scanner, key) throws(SafeTensorsFault) in
            let value = try scanner.string()
            if pairs.updateValue(value, forKey: key) != nil { throw .duplicateKey(key) }
        }
        return pairs
    }

    /// Reads `{"dtype": …, "shape": […], "data_offsets": [start, end]}`.
    fileprivate mutating func entry(named name: String) throws(SafeTensorsFault) -> SafeTensorsEntry
    {
        var dataType: SafeTensorsDataType?
        var shape: [Int]?
        var offsets: [Int]?
        try object { (scanner, field) throws(SafeTensorsFault) in
            switch (field, dataType, shape, offsets) {
            case ("dtype", nil, _, _):
                let text = try scanner.string()
                dataType = SafeTensorsDataType(rawValue: text)
                if dataType == nil { throw .unknownDataType(text, tensor: name) }
            case ("shape", _, nil, _): shape = try scanner.integers()
            case ("data_offsets", _, _, nil): offsets = try scanner.integers()
            case ("dtype", _, _, _), ("shape", _, _, _), ("data_offsets", _, _, _):
                throw .duplicateKey("\(name).\(field)")
            default: throw .unknownField(field, tensor: name)
            }
        }
        guard let dataType else { throw .missingField("dtype", tensor: name) }
        guard let shape else { throw .missingField("shape", tensor: name) }
        guard let offsets else { throw .missingField("data_offsets", tensor: name) }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw .syntax(expected: "two rising data_offsets for \"\(name)\"", offset: offset)
        }
        let expected = SafeTensorsEntry.byteCount(shape: shape, dataType: dataType)
        guard offsets[1] - offsets[0] == expected else {
            throw .wrongByteCount(tensor: name, expected: expected, found: offsets[1] - offsets[0])
        }
        return SafeTensorsEntry(
            name: name,
            dataType: dataType,
            shape: shape,
            byteRange: offsets[0]..<offsets[1]
        )
    }
}
