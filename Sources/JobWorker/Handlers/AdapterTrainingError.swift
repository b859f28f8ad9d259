internal import CustomContrast

/// Why an adapter cannot be trained further.
enum AdapterTrainingError: PermanentFailure, Equatable, CustomStringConvertible {
    /// The adapter to start from is of another kind than the request's method.
    case otherKind(name: String, found: String)
    /// The request wants pieces of the method that the adapter to start from does not have.
    case otherPieces

    /// Requires that the adapter to start from is of the kind that the request asks for, with the same
    /// pieces of the method.
    ///
    /// - Parameter name: What the request calls the adapter.
    static func require(
        _ found: AdapterDesign,
        named name: String,
        toBe asked: AdapterDesign
    ) throws(AdapterTrainingError) {
        switch (found, asked) {
        case (.ipAdapter, .ipAdapter), (.ipAdapterPlus, .ipAdapterPlus): break
        case (.customContrast(let found), .customContrast(let asked)):
            guard found.hasVisual == asked.hasVisual, found.hasTextual == asked.hasTextual,
                found.hasFusion == asked.hasFusion
            else { throw .otherPieces }
        case (.customContrast, _): throw .otherKind(name: name, found: "customcontrast")
        case (.ipAdapter, _): throw .otherKind(name: name, found: "ip-adapter")
        case (.ipAdapterPlus, _): throw .otherKind(name: name, found: "ip-adapter-plus")
        }
    }

    var description: String {
        switch self {
        case .otherKind(let name, let found):
            """
            Training starts from an adapter of the same method, but \(name) is one of \(found); write \
            "method": "\(found)", or leave "adapter" out to start afresh.
            """
        case .otherPieces:
            """
            The adapter to start from has other pieces than "method" asks for; ask for the pieces it \
            was trained with, or leave "adapter" out to start afresh.
            """
        }
    }
}
