internal import CustomContrast

/// Why an adapter cannot be trained further.
enum AdapterTrainingError: PermanentFailure, Equatable, CustomStringConvertible {
    /// The adapter to start from is an IP-Adapter.
    case foreignAdapter(name: String)
    /// The request wants pieces of the method that the adapter to start from does not have.
    case otherPieces

    /// Requires that an adapter has the pieces that switches ask for, and no others.
    static func require(
        _ configuration: CustomContrastConfiguration,
        toHave switches: AblationSwitches
    ) throws(AdapterTrainingError) {
        guard configuration.hasVisual == switches.visual,
            configuration.hasTextual == switches.textual,
            configuration.hasFusion == switches.fusion
        else { throw .otherPieces }
    }

    var description: String {
        switch self {
        case .foreignAdapter(let name):
            """
            Training starts from one of this program's own adapters, but \(name) is an IP-Adapter; \
            leave \"adapter\" out to start afresh.
            """
        case .otherPieces:
            """
            The adapter to start from has other pieces than \"method\" asks for; ask for the pieces it \
            was trained with, or leave \"adapter\" out to start afresh.
            """
        }
    }
}
