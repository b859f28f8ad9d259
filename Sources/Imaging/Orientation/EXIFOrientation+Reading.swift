extension EXIFOrientation {
    /// The orientation a JPEG file's first EXIF segment states; upright when it states none.
    package init(jpeg bytes: [UInt8]) {
        self = .upright
        var position = 2
        while position + 4 <= bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            // Fill bytes may stand before a marker; the picture's data follows SOS.
            if marker == 0xFF {
                position += 1
                continue
            }
            if marker == 0xDA || marker == 0xD9 { return }
            let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
            let end = position + 2 + length
            guard length >= 2, end <= bytes.count else { return }
            let segment = bytes[(position + 4)..<end]
            if marker == 0xE1, segment.starts(with: Array("Exif\0\0".utf8)) {
                self.init(tiff: segment.dropFirst(6))
                return
            }
            position = end
        }
    }

    /// The orientation a PNG file's eXIf chunk states; upright when it states none.
    package init(png bytes: [UInt8]) {
        self = .upright
        var position = 8
        while position + 12 <= bytes.count {
            let length = PNGHeader.bigEndian(bytes[position..<(position + 4)])
            let end = position + 12 + length
            guard end <= bytes.count else { return }
            if bytes[(position + 4)..<(position + 8)].elementsEqual("eXIf".utf8) {
                self.init(tiff: bytes[(position + 8)..<(position + 8 + length)])
                return
            }
            position = end
        }
    }

    /// The orientation in the first directory (IFD0) of a TIFF block; upright when it is missing or the
    /// block is malformed. Reads at most the directory's entries and follows no other offset.
    init(tiff block: ArraySlice<UInt8>) {
        self = .upright
        let bytes = Array(block)
        guard bytes.count >= 8 else { return }
        let isLittleEndian = bytes.starts(with: [0x49, 0x49])
        guard isLittleEndian || bytes.starts(with: [0x4D, 0x4D]) else { return }

        func number(at offset: Int, count: Int) -> Int {
            let field = bytes[offset..<(offset + count)]
            return isLittleEndian
                ? field.reversed().reduce(0) { $0 << 8 | Int($1) }
                : field.reduce(0) { $0 << 8 | Int($1) }
        }

        let directory = number(at: 4, count: 4)
        guard number(at: 2, count: 2) == 42, directory + 2 <= bytes.count else { return }
        let entryCount = number(at: directory, count: 2)
        for index in 0..<entryCount {
            let entry = directory + 2 + index * 12
            guard entry + 12 <= bytes.count else { return }
            // Tag 0x0112 is the orientation, type 3 a 16-bit number.
            guard number(at: entry, count: 2) == 0x0112 else { continue }
            guard number(at: entry + 2, count: 2) == 3 else { return }
            self = EXIFOrientation(rawValue: number(at: entry + 8, count: 2)) ?? .upright
            return
        }
    }
}
