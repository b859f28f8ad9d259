internal import Foundation
internal import Glibc
package import Testing

/// The socket of a service manager: what `sd_notify` says arrives here.
package final class NotifySocket {
    /// What `NOTIFY_SOCKET` has.
    package let path: String
    private let descriptor: Int32

    /// Binds a socket; an abstract one has no file.
    package init(abstract isAbstract: Bool = false) throws {
        let name = "/tmp/contrast-notify-\(UUID().uuidString.prefix(8))"
        path = isAbstract ? "@" + name : name
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array((isAbstract ? "\0" + name : name).utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
            unsafe target.copyBytes(from: bytes)
        }
        let size = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
        let descriptor = descriptor
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(size))
            }
        }
        try #require(bound == 0, "a socket at \(path)")
    }

    deinit {
        close(descriptor)
        if path.hasPrefix("/") { try? FileManager.default.removeItem(atPath: path) }
    }

    /// The next message's fields; nil where none has come yet.
    package func next() -> [String]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        guard count >= 0 else { return nil }
        return String(decoding: buffer[..<count], as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    /// Waits for a message that has a field.
    package func wait(
        for what: String,
        _ place: SourceLocation = #_sourceLocation,
        _ condition: (_ field: String) -> Bool
    ) throws {
        var heard: [[String]] = []
        try eventually(what, place) {
            while let fields = next() {
                heard.append(fields)
                if fields.contains(where: condition) { return true }
            }
            return false
        } else: {
            "\(heard)"
        }
    }
}
