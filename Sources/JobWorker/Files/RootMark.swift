internal import Foundation

/// The file that tells which queue an output root or an exchange belongs to: job numbers of two queues would meet below one.
struct RootMark {
    private let root: URL
    private let setting: WorkerSetting
    private static let name = ".contrast-queue"

    /// - Parameter setting: The one that names the folder.
    init(of root: URL, setting: WorkerSetting) {
        self.root = root
        self.setting = setting
    }

    /// Makes the root this queue's, or finds that it is. Throws where it is another's.
    func claim(for queue: String) throws {
        let file = root.appending(path: Self.name)
        if FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) {
            let text = try String(contentsOf: file, encoding: .utf8)
            let found = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard found == queue else {
                throw RootMarkError(setting: setting, found: found, expected: queue)
            }
            return
        }
        try Data("\(queue)\n".utf8).write(to: file, options: .atomic)
    }
}
