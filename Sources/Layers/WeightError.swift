package import Tensors

/// Why weights do not fit a model; its description is one sentence for the user.
package enum WeightError: Error, Equatable {
    /// The model needs a tensor that the source does not have.
    case missing(key: String, origin: String)
    /// A tensor has another shape than the model's configuration implies.
    case shape(key: String, expected: Shape, found: [Int], origin: String)
    /// The source has tensors that the model does not know.
    case unused(keys: [String], count: Int, total: Int, origin: String)
    /// A tensor has another element type than its reader takes.
    case dataType(key: String, expected: String, found: String, origin: String)
    /// A tensor has more axes than any model uses.
    case rank(key: String, found: [Int], origin: String)
    /// A tensor that is to be stored is not finite, or would not be as stored.
    case notFinite(key: String, path: String)
    /// There is no such folder.
    case noFolder(String)
    /// A folder holds no weights under the names that are looked for.
    case noFile(folder: String, lookedFor: [String], found: [String])
    /// A folder holds weights of several variants, and neither of none nor of `fp16`.
    case severalVariants(folder: String, found: [String])
}

extension WeightError {
    /// The most keys or names that a sentence lists.
    static let listLimit = 5

    /// Creates the error of unused keys, which keeps only the first few of them.
    static func unused(_ keys: Set<String>, total: Int, origin: String) -> WeightError {
        let first = keys.sorted().prefix(listLimit)
        return .unused(keys: Array(first), count: keys.count, total: total, origin: origin)
    }
}

extension WeightError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let key, let origin):
            "Expected a tensor \"\(key)\" in \(origin), found none; the weights belong to another "
                + "model than the configuration describes."
        case .shape(let key, let expected, let found, let origin):
            "Expected \"\(key)\" in \(origin) to be \(expected), found \(found); the weights belong "
                + "to another model than the configuration describes."
        case .unused(let keys, let count, let total, let origin):
            "Expected every tensor in \(origin) to be used, found \(count) of \(total) that the model "
                + "does not have: \(WeightError.list(keys, count: count)); the weights belong to "
                + "another model than the configuration describes."
        case .dataType(let key, let expected, let found, let origin):
            "Expected \"\(key)\" in \(origin) to be \(expected), found \(found); export it in one of "
                + "these types."
        case .rank(let key, let found, let origin):
            "Expected \"\(key)\" in \(origin) to have at most \(Shape.maximumRank) axes, found "
                + "\(found); the file holds no weights of these models."
        case .notFinite(let key, let path):
            "Expected finite values in \"\(key)\", found values that \(path) cannot hold; nothing was "
                + "written."
        case .noFolder(let path):
            "Expected a folder of weights at \(path), found none that can be listed."
        case .noFile(let folder, let lookedFor, let found):
            "Expected one of \(lookedFor.joined(separator: ", ")) in \(folder), found "
                + (found.isEmpty
                    ? "an empty folder"
                    : WeightError.list(
                        Array(found.prefix(WeightError.listLimit)),
                        count: found.count
                    ))
                + "; only safetensors files are read."
        case .severalVariants(let folder, let found):
            "Expected the weights in \(folder) without a variant or of one, found the variants "
                + "\(found.joined(separator: ", ")); leave one of them there."
        }
    }

    private static func list(_ names: [String], count: Int) -> String {
        let listed = names.joined(separator: ", ")
        return count > names.count ? "\(listed) and \(count - names.count) more" : listed
    }
}
