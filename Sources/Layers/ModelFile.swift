package import FoundationEssentials

/// Reads the files beside a model's weights: configurations and vocabularies.
package enum ModelFile {
    /// The bytes of a file that has to exist.
    package static func contents(of file: URL) throws -> Data {
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw ModelFileError.missing(file)
        }
        do {
            return try Data(contentsOf: file)
        } catch {
            throw ModelFileError.unreadable(file, reason: "\(error)")
        }
    }

    /// The value of a JSON file. Every error names the file.
    package static func decode<Value: Decodable>(_: Value.Type, from file: URL) throws -> Value {
        let decoder = JSONDecoder()
        // Python writes the bare words Infinity and NaN.
        decoder.allowsJSON5 = true
        let data = try contents(of: file)
        // Foundation's reader of JSON5 traps on anything else.
        guard String(validating: data, as: UTF8.self) != nil else {
            throw ModelFileError.unreadable(file, reason: "it is not text in UTF-8")
        }
        do {
            return try decoder.decode(Value.self, from: data)
        } catch ModelFileError.unsupported(let option, let value, let supported) {
            throw ModelFileError.unsupported(
                option: "\(option) in \(file.path)",
                value: value,
                supported: supported
            )
        } catch let error as ModelFileError {
            throw error
        } catch let error as DecodingError {
            throw ModelFileError.unreadable(file, reason: reason(error))
        } catch {
            throw ModelFileError.unreadable(file, reason: "\(error)")
        }
    }

    /// What the decoder found, and at which key.
    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(let type, let context):
            "\(path(context.codingPath)) is not of the type \(type)"
        case .valueNotFound(let type, let context):
            "\(path(context.codingPath)) is null and not of the type \(type)"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "it is not JSON" : "\(path(context.codingPath)): \(context.debugDescription)"
        @unknown default: "\(error)"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map(\.stringValue).joined(separator: ".")
    }
}
