internal import Foundation

/// How much memory this process may have: the machine's, or less where a control group says so.
enum MachineMemory {
    /// Bytes, at most those of the machine.
    static var bytes: Int {
        let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        let groups = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
        return limits(groups: groups) { try? String(contentsOfFile: $0, encoding: .utf8) }
            .reduce(machine, min)
    }

    /// The limits that control groups set, in bytes.
    ///
    /// - Parameters:
    ///   - groups: The content of `/proc/self/cgroup`.
    ///   - content: Reads a file; `nil` if there is none.
    static func limits(groups: String, content: (_ path: String) -> String?) -> [Int] {
        groups.split(separator: "\n").flatMap { line -> [Int] in
            // hierarchy:controllers:path, of version 2 with neither number nor controllers.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let isSecond = parts[0] == "0" && parts[1].isEmpty
            guard isSecond || parts[1].split(separator: ",").contains("memory") else { return [] }
            let root = isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            let file = isSecond ? "memory.max" : "memory.limit_in_bytes"
            // Every group above limits those below; in a container the path may begin outside of it.
            let names = parts[2].split(separator: "/")
            return (0...names.count).compactMap { depth in
                let path = ([root] + names.prefix(depth).map(String.init) + [file])
                    .joined(separator: "/")
                let text = content(path)?.trimmingCharacters(in: .whitespacesAndNewlines)
                return text.flatMap { Int($0) }
            }
        }
    }
}
