package import Foundation

/// What tells whether files are what they were, without reading them: their sizes and times of change.
package struct FileStates: Equatable, Sendable {
    private struct State: Equatable {
        let byteCount: Int
        let changedAt: Date
    }

    private let states: [String: State]

    /// Looks at one file, or at all files in a folder; links count as what they lead to.
    package init(of url: URL) throws {
        let manager = FileManager.default
        var isFolder: ObjCBool = false
        _ = unsafe manager.fileExists(atPath: url.path, isDirectory: &isFolder)
        let paths = isFolder.boolValue ? try manager.subpathsOfDirectory(atPath: url.path) : [""]
        var states: [String: State] = [:]
        for path in paths {
            let file = (path.isEmpty ? url : url.appending(path: path)).resolvingSymlinksInPath()
            let attributes = try manager.attributesOfItem(atPath: file.path)
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            states[path] = State(
                byteCount: (attributes[.size] as? NSNumber)?.intValue ?? 0,
                changedAt: attributes[.modificationDate] as? Date ?? .distantPast
            )
        }
        self.states = states
    }
}
