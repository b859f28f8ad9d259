package import Foundation

/// Why a CLIP model or tokenizer cannot be made from the files it was given.
package enum CLIPError: Error, Equatable {
    /// A file that has to be there is not.
    case missingFile(URL)
    /// A file is there and cannot be understood.
    case unreadable(URL, reason: String)
    /// A configuration asks for something this program does not do.
    case unsupported(option: String, value: String, supported: String)
}

extension CLIPError: CustomStringConvertible {
    /// One sentence: what was expected, what was found and what to do.
    package var description: String {
        switch self {
        case .missingFile(let file):
            """
            \(file.path) does not exist; a CLIP folder holds config.json and model.safetensors, a \
            tokenizer folder vocab.json and merges.txt.
            """
        case .unreadable(let file, let reason):
            "\(file.path) cannot be read: \(reason)."
        case .unsupported(let option, let value, let supported):
            "\(option) is \(value), which is not supported; use a model with \(supported)."
        }
    }
}

extension CLIPError {
    /// The bytes of a file that has to exist.
    static func contents(of file: URL) throws -> Data {
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw CLIPError.missingFile(file)
        }
        do {
            return try Data(contentsOf: file)
        } catch {
            throw CLIPError.unreadable(file, reason: "\(error)")
        }
    }

    /// The value of a JSON file; its own errors pass, others name the file.
    static func decode<Value: Decodable>(_: Value.Type, from file: URL) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: try contents(of: file))
        } catch let error as CLIPError {
            throw error
        } catch {
            throw CLIPError.unreadable(file, reason: "\(error)")
        }
    }
}
