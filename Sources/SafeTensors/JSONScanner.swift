/// A strict reader of the JSON that safetensors headers and indices consist of.
///
/// Strict where general parsers are lenient: duplicate keys are for the caller to see, integers have no
/// sign, fraction or exponent, text is valid UTF-8, and nothing is converted.
struct JSONScanner {
    private let bytes: [UInt8]
    /// The next byte to read.
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads an object; `body` is called at each value, with its key, and must read the value.
    mutating func object(
        _ body: (inout JSONScanner, String) throws(SafeTensorsFault) -> Void
    ) throws(SafeTensorsFault) {
        try expect("{")
        if take("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            try body(&self, key)
        } while take(",")
        try expect("}")
    }

    /// Reads an array of integers that are not negative.
    mutating func integers() throws(SafeTensorsFault) -> [Int] {
        try expect("[")
        if take("]") { return [] }
        var integers: [Int] = []
        repeat { integers.append(try integer()) } while take(",")
        try expect("]")
        return integers
    }

    /// Reads an integer that is not negative.
    mutating func integer() throws(SafeTensorsFault) -> Int {
        skipSpace()
        let start = offset
        var value = 0
        while let byte = peek(), 0x30...0x39 ~= byte {
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (next, carry) = tenfold.addingReportingOverflow(Int(byte - 0x30))
            if overflow || carry { throw .syntax(expected: "a smaller number", offset: start) }
            value = next
            offset += 1
        }
        let hasLeadingZero = offset - start > 1 && bytes[start] == 0x30
        if offset == start || hasLeadingZero {
            throw .syntax(expected: "a number without sign", offset: start)
        }
        return value
    }

    /// Reads a text in quotes.
    mutating func string() throws(SafeTensorsFault) -> String {
        skipSpace()
        let start = offset
        guard take("\"") else { throw .syntax(expected: "a text in quotes", offset: start) }
        var text: [UInt8] = []
        while let byte = peek() {
            offset += 1
            switch byte {
            case 0x22:
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw .syntax(expected: "a text in UTF-8", offset: start)
                }
                return string
            case 0x5C: try appendEscape(to: &text)
            case 0..<0x20: throw .syntax(expected: "no control character", offset: offset - 1)
            default: text.append(byte)
            }
        }
        throw .syntax(expected: "the text's closing quote", offset: start)
    }

    /// Reads any value and forgets it.
    mutating func skipValue(depth: Int = 0) throws(SafeTensorsFault) {
        if depth > 16 { throw .syntax(expected: "less nesting", offset: offset) }
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"):
            try object { (scanner, _) throws(SafeTensorsFault) in
                try scanner.skipValue(depth: depth + 1)
            }
        case UInt8(ascii: "["):
            offset += 1
            if take("]") { return }
            repeat { try skipValue(depth: depth + 1) } while take(",")
            try expect("]")
        case UInt8(ascii: "\""): _ = try string()
        default:
            let start = offset
            while let byte = peek(), JSONScanner.isWord(byte) { offset += 1 }
            if offset == start { throw .syntax(expected: "a value", offset: start) }
        }
    }

    /// Requires that nothing but spaces is left.
    mutating func expectEnd() throws(SafeTensorsFault) {
        skipSpace()
        if offset < bytes.count { throw .syntax(expected: "the end", offset: offset) }
    }

    /// A character of a number, `true`, `false` or `null`.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x45, 0x2B, 0x2D, 0x2E: true
        default: false
        }
    }

    private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = peek(),
            byte == 0x20 || (0x09...0x0D ~= byte && byte != 0x0B && byte != 0x0C)
        {
            offset += 1
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(SafeTensorsFault) {
        if !take(character) { throw .syntax(expected: "\(character)", offset: offset) }
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(SafeTensorsFault) {
        guard let byte = peek() else { return }
        offset += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let first = try hexadecimalUnit()
            guard UTF16.isLeadSurrogate(first) else {
                try append(scalar: UInt32(first), to: &text)
                return
            }
            guard take("\\"), take("u") else {
                throw .syntax(expected: "the other half of a surrogate pair", offset: offset)
            }
            let second = try hexadecimalUnit()
            guard UTF16.isTrailSurrogate(second) else {
                throw .syntax(expected: "the other half of a surrogate pair", offset: offset)
            }
            let pair = (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF)) + 0x1_0000
            try append(scalar: pair, to: &text)
        default: throw .syntax(expected: "a known escape", offset: offset - 1)
        }
    }

    private func append(scalar: UInt32, to text: inout [UInt8]) throws(SafeTensorsFault) {
        guard let scalar = Unicode.Scalar(scalar) else {
            throw .syntax(expected: "a Unicode scalar", offset: offset)
        }
        text.append(contentsOf: String(scalar).utf8)
    }

    private mutating func hexadecimalUnit() throws(SafeTensorsFault) -> UInt16 {
        let digits = bytes.dropFirst(offset).prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .syntax(expected: "four hexadecimal digits", offset: offset) }
        offset += 4
        return unit
    }
}
