/// The index of weights that are split over several files: `*.safetensors.index.json`.
package struct SafeTensorsIndex: Sendable, Equatable {
    /// The file name, relative to the index's folder, that holds each key.
    package let weightMap: [String: String]

    /// The names of the files, each once, in order.
    package var fileNames: [String] { Set(weightMap.values).sorted() }

    /// Reads the index at `path`.
    package init(path: String) throws(SafeTensorsError) {
        let file = try MappedFile(path: path)
        let json = file.copiedBytes(0..<file.byteCount)
        do {
            weightMap = try SafeTensorsIndex.parse(json)
        } catch {
            throw .malformedIndex(.syntax(error), path: path)
        }
        // An index names its neighbours; anything else could read files the user never meant.
        for name in fileNames where name.contains("/") || name.hasPrefix(".") || name.isEmpty {
            throw .malformedIndex(.fileOutsideFolder(name), path: path)
        }
    }

    private static func parse(_ json: [UInt8]) throws(SafeTensorsFault) -> [String: String] {
        var weightMap: [String: String]?
        var scanner = JSONScanner(json)
        try scanner.object { (scanner, key) throws(SafeTensorsFault) in
            guard key == "weight_map" else { return try scanner.skipValue() }
            if weightMap != nil { throw .duplicateKey(key) }
            weightMap = try scanner.stringPairs()
        }
        try scanner.expectEnd()
        guard let weightMap else { throw .missingField("weight_map", tensor: "the index") }
        return weightMap
    }

    /// Requires that each file holds exactly the keys the index says.
    package func check(
        _ keys: some Collection<String>,
        ofFile fileName: String,
        indexPath: String
    ) throws(SafeTensorsError) {
        let found = Set(keys)
        let expected = Set(weightMap.filter { $0.value == fileName }.keys)
        if let key = expected.subtracting(found).min() {
            throw .malformedIndex(.missing(key: key, fileName: fileName), path: indexPath)
        }
        if let key = found.subtracting(expected).min() {
            throw .malformedIndex(.unlisted(key: key, fileName: fileName), path: indexPath)
        }
    }
}

/// What is wrong with an index of weight files.
package enum SafeTensorsIndexFault: Equatable, Sendable {
    case syntax(SafeTensorsFault)
    case fileOutsideFolder(String)
    case missing(key: String, fileName: String)
    case unlisted(key: String, fileName: String)
}

extension SafeTensorsIndexFault: CustomStringConvertible {
    /// A clause that says what was expected and what was found.
    package var description: String {
        switch self {
        case .syntax(let fault): "\(fault)"
        case .fileOutsideFolder(let name):
            "expected names of files in the index's own folder, found \"\(name)\""
        case .missing(let key, let fileName):
            "expected \"\(key)\" in \(fileName), found no such tensor there"
        case .unlisted(let key, let fileName):
            "expected every tensor to be listed where it is, found \"\(key)\" in \(fileName) too"
        }
    }
}
