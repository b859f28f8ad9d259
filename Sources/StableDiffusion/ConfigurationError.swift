package import Foundation

/// Why a model cannot be made from the configuration files it was given.
package enum ConfigurationError: Error, Equatable {
    /// A file that has to be there is not.
    case missingFile(URL)
    /// A file is there and cannot be understood.
    case unreadable(URL, reason: String)
    /// A configuration asks for something this program does not do.
    case unsupported(option: String, value: String, supported: String)
}

extension ConfigurationError: CustomStringConvertible {
    /// One sentence: what was expected, what was found and what to do.
    package var description: String {
        switch self {
        case .missingFile(let file):
            "\(file.path) does not exist; models are read from folders in the diffusers layout."
        case .unreadable(let file, let reason):
            "\(file.path) cannot be read: \(reason)."
        case .unsupported(let option, let value, let supported):
            "\(option) is \(value), which is not supported; use \(supported)."
        }
    }
}

extension ConfigurationError {
    /// The value of a configuration file; its own errors pass, others name the file.
    static func decode<Value: Decodable>(_: Value.Type, from file: URL) throws -> Value {
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw ConfigurationError.missingFile(file)
        }
        let decoder = JSONDecoder()
        // Python writes the bare words Infinity and NaN.
        decoder.allowsJSON5 = true
        do {
            return try decoder.decode(Value.self, from: try Data(contentsOf: file))
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError.unreadable(file, reason: "\(error)")
        }
    }
}
