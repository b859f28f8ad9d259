/// Why a picture could not be read or written.
package enum ImageError: Error, Equatable, Sendable {
    /// The file has no bytes.
    case empty
    /// The content is in no format that is read here.
    case unknownFormat(firstBytes: [UInt8])
    /// The data ends before the picture does.
    case truncated(ImageFormat)
    /// The data contradicts its format.
    case damaged(ImageFormat, reason: String)
    /// The file is larger than allowed.
    case tooManyBytes(found: Int, limit: Int)
    /// The picture is larger than allowed.
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// The picture is for printing.
    case printColors
    /// A text cannot stand in a PNG file.
    case unsuitableText(keyword: String)
    /// The library could not write the picture.
    case notEncodable(ImageFormat, reason: String)
    /// Numbers to make a picture from are infinite or no numbers.
    case notFinite(count: Int, of: Int)
    /// No regular file can be read at this place.
    case unreadable(reason: String)
    /// Another error, in the file of this name.
    indirect case inFile(name: String, ImageError)
}

extension ImageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty:
            "The picture has 0 bytes; upload it again."
        case .unknownFormat(let firstBytes):
            "The content is no PNG or JPEG picture (it begins with "
                + "\(firstBytes.map(ImageError.hexadecimal).joined(separator: " "))); convert it to one."
        case .truncated(let format):
            "The \(format.rawValue) picture is cut off before its end; upload it again."
        case .damaged(let format, let reason):
            "The \(format.rawValue) picture is damaged (\(reason)); save it anew."
        case .tooManyBytes(let found, let limit):
            "The picture has \(found) bytes and at most \(limit) are allowed; make it smaller."
        case .tooManyPixels(let width, let height, let limit):
            "The picture has \(width)×\(height) pixels and at most \(limit) are allowed; make it smaller."
        case .printColors:
            "The JPEG picture is in print colours (CMYK) and RGB or grey was expected; convert it to RGB."
        case .unsuitableText(let keyword):
            "The text \"\(keyword)\" cannot stand in a PNG file: its keyword must have 1–79 Latin-1 "
                + "characters, and neither may contain a zero byte."
        case .notEncodable(let format, let reason):
            "The picture cannot be written as \(format.rawValue) (\(reason))."
        case .notFinite(let count, let total):
            "\(count) of the picture's \(total) values are not finite; the model that made it overflowed."
        case .unreadable(let reason):
            "The picture cannot be read: \(reason)."
        case .inFile(let name, let error):
            "\(name): \(error)"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }
}
