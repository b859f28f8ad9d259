/// Why a data set cannot be used. Paths are relative to its root.
package enum DatasetError: Error, Equatable, Sendable {
    /// The root or a folder in it cannot be listed.
    case unreadableFolder(String)
    /// No pictures were found.
    case empty
    /// A class number has no line in the category file.
    case unknownClass(Int)
    /// A line of a caption or category file cannot be read.
    case malformedLine(file: String, line: Int, expected: String)
    /// A path leads out of the root.
    case outsideRoot(String)
    /// The operating system could not open a file, for a reason of its own.
    case unopened(String, reason: String)
    /// A mask shows no subject.
    case emptyMask(String)
    /// A picture lies in the root and nothing says what it shows.
    case pictureWithoutNoun(String)
    /// A class that was asked for has no subjects.
    case missingClasses([String], found: [String])
    /// Several pictures or masks cannot be used: what is wrong with the first of them, and how many there are.
    case unusableFiles([String], count: Int)
}

extension DatasetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadableFolder(let path):
            "The folder \"\(path)\" of the data set is missing or may not be read; check its name."
        case .empty:
            "The data set has no pictures; expected CLASS/INSTANCE/images/001.jpg as MVImgNet has, or a "
                + "folder of PNG or JPEG pictures per subject."
        case .unknownClass(let number):
            "The data set has pictures of class \(number), which mvimgnet_category.txt does not name; add "
                + "the line \"\(number),NAME\"."
        case .malformedLine(let file, let line, let expected):
            "Line \(line) of \(file) is not \(expected); correct it."
        case .outsideRoot(let path):
            "\"\(path)\" leads out of the data set's folder; copy the file into it."
        case .unopened(let path, let reason):
            "\"\(path)\" of the data set cannot be opened: \(reason); look after the machine or its disk."
        case .emptyMask(let path):
            "The mask \(path) shows no subject; mend it or remove its picture."
        case .pictureWithoutNoun(let path):
            "Nothing says what \(path) shows; write the noun, such as mug, into class.txt beside it if all "
                + "pictures there show one thing, or put them into a folder per thing: mug/\(path)."
        case .missingClasses(let missing, let found):
            "The data set has no subjects of class \(missing.joined(separator: ", ")); it has "
                + "\(found.joined(separator: ", "))."
        case .unusableFiles(let sentences, let count):
            "\(count) pictures of the data set cannot be used. \(sentences.joined(separator: " "))"
        }
    }
}
