internal import Glibc

/// Why a safetensors file could not be read or written; its description is one sentence for the user.
package enum SafeTensorsError: Error, Equatable {
    /// A system call failed.
    case system(operation: String, path: String, code: Int32)
    /// The content is another format.
    case foreignFormat(ForeignFormat, path: String)
    /// The content claims to be safetensors and breaks its rules.
    case malformed(SafeTensorsFault, path: String)
    /// A sharded index breaks its rules.
    case malformedIndex(SafeTensorsIndexFault, path: String)
}

extension SafeTensorsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "Could not \(operation) \(path): \(unsafe String(cString: strerror(code)))."
        case .foreignFormat(let format, let path):
            "Expected safetensors in \(path), found \(format.description(path: path))"
        case .malformed(let fault, let path):
            "\(path) is not a valid safetensors file: \(fault); download or export it again."
        case .malformedIndex(let fault, let path):
            "\(path) is not a valid index of weight files: \(fault)."
        }
    }
}
