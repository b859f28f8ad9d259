/// What is wrong with the bytes of a safetensors file.
package enum SafeTensorsFault: Error, Equatable {
    case tooShort(byteCount: Int)
    case headerTooLong(byteCount: UInt64, limit: Int)
    case headerBeyondEnd(byteCount: Int, available: Int)
    case syntax(expected: String, offset: Int)
    case duplicateKey(String)
    case unknownField(String, tensor: String)
    case missingField(String, tensor: String)
    case unknownDataType(String, tensor: String)
    case wrongByteCount(tensor: String, expected: Int?, found: Int)
    case beyondEnd(tensor: String, end: Int, available: Int)
    case misplaced(tensor: String, expectedStart: Int, foundStart: Int)
    case trailingBytes(count: Int)
}

extension SafeTensorsFault: CustomStringConvertible {
    /// A clause that says what was expected and what was found.
    package var description: String {
        switch self {
        case .tooShort(let byteCount):
            "expected at least the 8 bytes of the header's length, found \(byteCount)"
        case .headerTooLong(let byteCount, let limit):
            "expected a header of at most \(limit) bytes, found a length of \(byteCount)"
        case .headerBeyondEnd(let byteCount, let available):
            "expected a header of \(byteCount) bytes, found only \(available) bytes after its length"
        case .syntax(let expected, let offset):
            "expected \(expected) at byte \(offset) of the header"
        case .duplicateKey(let key):
            "expected every key once, found \"\(key)\" twice"
        case .unknownField(let field, let tensor):
            "expected dtype, shape and data_offsets for \"\(tensor)\", found \"\(field)\""
        case .missingField(let field, let tensor):
            "expected \(field) for \"\(tensor)\", found none"
        case .unknownDataType(let dataType, let tensor):
            "expected a known dtype for \"\(tensor)\", found \"\(dataType)\""
        case .wrongByteCount(let tensor, let expected, let found):
            "expected \(expected.map(String.init) ?? "more than can be counted as the") bytes of "
                + "\"\(tensor)\"'s shape and dtype, found data_offsets \(found) bytes apart"
        case .beyondEnd(let tensor, let end, let available):
            "expected \"\(tensor)\" to end at byte \(end) of the data, found only \(available) bytes"
        case .misplaced(let tensor, let expectedStart, let foundStart):
            "expected \"\(tensor)\" at byte \(expectedStart) of the data, where the tensor before it "
                + "ends, found it at \(foundStart)"
        case .trailingBytes(let count):
            "expected the file to end with the last tensor, found \(count) bytes more"
        }
    }
}
