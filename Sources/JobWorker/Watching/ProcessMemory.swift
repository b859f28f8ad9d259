internal import Foundation

/// How much memory this process has in the machine's memory, in bytes.
package struct ProcessMemory: Equatable, Sendable {
    /// All of it, files that are mapped included (`VmRSS`).
    package let resident: Int
    /// Without mapped files, which the kernel can drop and read again (`RssAnon`).
    package let anonymous: Int

    /// Now; nil where the kernel does not tell.
    package static var current: ProcessMemory? {
        (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)).flatMap(Self.init)
    }

    /// - Parameter status: The content of `/proc/self/status`.
    package init?(status: String) {
        var sizes: [Substring: Int] = [:]
        for line in status.split(separator: "\n") {
            // VmRSS:	  152340 kB
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 3, words[2] == "kB", let size = Int(words[1]) else { continue }
            sizes[words[0]] = size << 10
        }
        guard let resident = sizes["VmRSS:"], let anonymous = sizes["RssAnon:"] else { return nil }
        self.resident = resident
        self.anonymous = anonymous
    }
}
