internal import Foundation
internal import Glibc
internal import Testing

/// A TCP proxy between workers and a server, which loses answers, falls silent and withholds notifications.
///
/// Each connection has two plain threads, one for each direction.
package final class FaultProxy: @unchecked Sendable {
    /// What happens to everything that arrives.
    package enum Mode: Sendable {
        case passing
        /// Half-open links: nothing passes in either direction, and nobody is told.
        case silent
        /// Connections are closed as soon as they come.
        case refusing
    }

    /// @unchecked: the fields below are only touched while it is locked.
    private let condition = NSCondition()
    private var mode = Mode.passing
    private var requestToForget: [UInt8]?
    private var requestsToSpare = 0
    private var bytesUntilSilence: Int?
    private var forgottenCount = 0
    private var dropsNotifications = false
    private var droppedCount = 0
    private var sockets: Set<Int32> = []
    private var isClosed = false

    /// Where workers connect.
    package let port: Int
    private let listener: Int32
    private let serverSocket: String

    /// Listens on a free port of the loopback interface, in front of a server's unix socket.
    package init(before server: FaultServer) throws {
        serverSocket = server.socketPath
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(socket >= 0)
        listener = socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(socket, generic, size) == 0 && listen(socket, 64) == 0
                    && getsockname(socket, generic, &size) == 0
            }
        }
        try #require(bound)
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// Ends every connection and listens no more.
    package func close() {
        withLock {
            isClosed = true
            for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// How a user reaches a database through the proxy.
    package func url(database: String, user: String) -> String {
        "postgresql://\(user)@127.0.0.1:\(port)/\(database)?sslmode=disable&gssencmode=disable"
    }
}

// MARK: - What a test asks for

extension FaultProxy {
    package func setMode(_ mode: Mode) {
        withLock {
            self.mode = mode
            bytesUntilSilence = nil
            guard mode == .refusing else { return }
            for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    /// Becomes silent when so many more bytes have passed in either direction, be it in the middle of a message.
    package func fallSilent(afterBytes count: Int) {
        withLock { bytesUntilSilence = count }
    }

    /// The next request with this text, or a later one, reaches the server and is carried out; instead of its answer
    /// the client gets the end of the connection.
    package func loseAnswer(to text: String, occurrence: Int = 1) {
        withLock {
            requestToForget = Array(text.utf8)
            requestsToSpare = occurrence - 1
        }
    }

    /// How many answers have been lost.
    package var lostAnswers: Int { withLock { forgottenCount } }

    /// From now on no notification reaches a client.
    package func dropNotifications() {
        withLock { dropsNotifications = true }
    }

    /// How many notifications have been dropped.
    package var droppedNotifications: Int { withLock { droppedCount } }
}

// MARK: - Connections

extension FaultProxy {
    private func withLock<Value>(_ body: () -> Value) -> Value {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return body()
    }

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { break }
            let isWelcome = withLock { mode != .refusing && !isClosed }
            guard isWelcome, let server = connectToServer() else {
                Glibc.close(client)
                continue
            }
            let link = Link()
            withLock { sockets.formUnion([client, server]) }
            Thread.detachNewThread { [self] in
                pump(link, from: client, to: server) { self.notice(request: $0, link) }
            }
            Thread.detachNewThread { [self] in
                pump(link, from: server, to: client) { self.filter(answer: $0, link) }
            }
        }
        Glibc.close(listener)
    }

    private func connectToServer() -> Int32? {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
            unsafe path.copyBytes(from: Array(serverSocket.utf8) + [0])
        }
        let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(server, generic, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        if isConnected { return server }
        Glibc.close(server)
        return nil
    }

    /// Carries bytes from one end to the other until one of them closes.
    private func pump(
        _ link: Link,
        from source: Int32,
        to destination: Int32,
        _ filter: ([UInt8]) -> [UInt8]?
    ) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(source, &buffer, buffer.count)
            waitWhileSilent()
            guard count > 0, let bytes = filter(Array(buffer[..<count])) else { break }
            var sent = 0
            while sent < bytes.count {
                let allowed = waitForAllowance(bytes.count - sent)
                let more = unsafe bytes[sent..<sent + allowed].withUnsafeBytes { part in
                    unsafe send(
                        destination,
                        part.baseAddress,
                        part.count,
                        Int32(MSG_NOSIGNAL)
                    )
                }
                guard more > 0 else { break }
                sent += more
            }
            if sent < bytes.count { break }
        }
        for end in [source, destination] { shutdown(end, Int32(SHUT_RDWR)) }
        withLock {
            link.openEnds -= 1
            guard link.openEnds == 0 else { return }
            for end in [source, destination] {
                sockets.remove(end)
                Glibc.close(end)
            }
        }
    }

    private func waitWhileSilent() {
        condition.lock()
        while mode == .silent, !isClosed { condition.wait() }
        condition.unlock()
    }

    /// How many of so many bytes may pass now: all of them, or those that are left until silence falls.
    private func waitForAllowance(_ count: Int) -> Int {
        condition.lock()
        defer { condition.unlock() }
        if bytesUntilSilence == 0 {
            bytesUntilSilence = nil
            mode = .silent
        }
        while mode == .silent, !isClosed { condition.wait() }
        guard let left = bytesUntilSilence else { return count }
        let allowed = min(left, count)
        bytesUntilSilence = left - allowed
        return allowed
    }

    private func notice(request: [UInt8], _ link: Link) -> [UInt8]? {
        withLock {
            if let text = requestToForget, request.firstRange(of: text) != nil {
                guard requestsToSpare == 0 else {
                    requestsToSpare -= 1
                    return
                }
                requestToForget = nil
                link.losesAnswer = true
            }
        }
        return request
    }

    /// The answer without what is to be withheld; nil where the connection ends instead.
    private func filter(answer: [UInt8], _ link: Link) -> [UInt8]? {
        let (losesAnswer, dropsNotifications) = withLock {
            (link.losesAnswer, self.dropsNotifications)
        }
        if losesAnswer {
            // Ready for query: the server has committed.
            guard answer.suffix(6).prefix(5) == [0x5A, 0, 0, 0, 5] else { return [] }
            withLock { forgottenCount += 1 }
            return nil
        }
        guard dropsNotifications else { return answer }
        link.unframed += answer
        var passed: [UInt8] = []
        while link.unframed.count >= 5 {
            let length = link.unframed[1..<5].reduce(0) { $0 << 8 | Int($1) } + 1
            guard link.unframed.count >= length else { break }
            if link.unframed[0] == UInt8(ascii: "A") {
                withLock { droppedCount += 1 }
            } else {
                passed += link.unframed[..<length]
            }
            link.unframed.removeFirst(length)
        }
        return passed
    }

    /// Two ends that belong together. @unchecked: the proxy's lock protects the first two fields; the last
    /// belongs to the thread that reads from the server.
    private final class Link: @unchecked Sendable {
        var openEnds = 2
        var losesAnswer = false
        var unframed: [UInt8] = []
    }
}
