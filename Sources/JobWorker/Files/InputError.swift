/// A file or folder that a request names and the worker cannot read: one sentence, without the root.
package struct InputError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Why the file cannot be read.
    package enum Reason: Equatable, Sendable {
        /// Nothing is there.
        case missing
        /// The path or a symbolic link on it leads out of the root.
        case outside
        /// It is no regular file (or no folder where one is wanted).
        case wrongSort(expected: String)
        /// The file holds `found` bytes.
        case tooLarge(limit: Int, found: Int)
        /// The content is not the one that the request names.
        case otherContent
        /// The operating system refused, with its own words.
        case unreadable(String)
    }

    /// The path as the request has it.
    package let path: String
    /// What the root is called: `input root`, `models root`.
    package let root: String
    package let reason: Reason

    package init(path: String, root: String, reason: Reason) {
        self.path = path
        self.root = root
        self.reason = reason
    }

    package var description: String {
        switch reason {
        case .missing:
            "expected \"\(path)\" below the \(root), found nothing there; "
                + "check the spelling, or copy it there."
        case .outside:
            "expected \"\(path)\" to stay below the \(root), found that it leads out; "
                + "copy the file there instead of linking to it."
        case .wrongSort(let expected):
            "expected \"\(path)\" below the \(root) to be \(expected), found something else; "
                + "name another path."
        case .tooLarge(let limit, let found):
            "expected \"\(path)\" to have at most \(limit) bytes, found \(found); make it smaller."
        case .otherContent:
            "expected \"\(path)\" to have the sha256 that the request names, found another content; "
                + "restore the file, or correct the hash."
        case .unreadable(let words):
            "expected to read \"\(path)\" below the \(root), found an error (\(words)); "
                + "check the permissions of the worker's user."
        }
    }
}
