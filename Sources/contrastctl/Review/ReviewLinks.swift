internal import Foundation

/// Where a page finds the files of jobs: relative links, so that page and files may move together.
struct ReviewLinks {
    /// The output root as seen from the page; empty where both are one folder.
    let outputs: String

    /// The link to a file, given its path below the output root. Everything but letters, digits and a few
    /// harmless signs is percent-encoded, so that no path reads as an address.
    func link(to path: String) -> String {
        let parts = outputs.isEmpty ? path : "\(outputs)/\(path)"
        return parts.addingPercentEncoding(withAllowedCharacters: Self.plain) ?? ""
    }

    private static let plain = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
    )
}
