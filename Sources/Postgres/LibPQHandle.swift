import CPostgres

/// Owns a `PGconn`; the one place that calls libpq's connection functions.
@safe struct LibPQHandle: ~Copyable {
    private let pointer: OpaquePointer

    /// Connects, waiting until that has succeeded or failed.
    static func open(keywords: [(String, String)]) throws(PostgresError) -> LibPQHandle {
        guard isReadable(url: keywords.last { $0.0 == "dbname" }?.1 ?? "") else {
            throw .unreadableURL
        }
        let opened = unsafe withCStrings(keywords.map(\.0)) { names in
            unsafe withCStrings(keywords.map(\.1)) { values in
                unsafe PQconnectdbParams(names, values, 1)
            }
        }
        guard let pointer = unsafe opened else { throw .unreachable("out of memory") }
        let handle = unsafe LibPQHandle(pointer)
        guard handle.isConnected else { throw .unreachable(handle.message) }
        guard unsafe PQsetnonblocking(pointer, 1) == 0 else { throw .unreachable(handle.message) }
        return handle
    }

    private init(_ pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe PQfinish(pointer)
    }

    /// Whether the connection has not been found broken.
    var isConnected: Bool { unsafe PQstatus(pointer) == CONNECTION_OK }

    /// The socket that becomes readable when something arrives.
    var socket: Int32 { unsafe PQsocket(pointer) }

    /// libpq's last message on one line. It names host and user, never a password.
    var message: String {
        guard let text = unsafe PQerrorMessage(pointer) else { return "no reason given" }
        let line = unsafe String(cString: text).split(whereSeparator: \.isNewline).joined(
            separator: "; "
        )
        return line.isEmpty ? "the connection was closed" : line
    }

    /// Runs one statement with its parameters. Nil where the answer has not come until the deadline: then the
    /// connection is of no more use.
    func run(
        _ sql: String,
        _ parameters: [String?],
        until deadline: ContinuousClock.Instant?
    ) -> LibPQResult? {
        let isSent = unsafe Self.withCStrings(parameters) { values in
            unsafe PQsendQueryParams(
                pointer,
                sql,
                Int32(parameters.count),
                nil,
                values,
                nil,
                nil,
                0
            )
        }
        guard isSent == 1 else { return unsafe LibPQResult(nil) }
        // One statement has one result, then the end of results, which the server tells after the commit.
        var result = unsafe LibPQResult(nil)
        while true {
            guard waitForResult(until: deadline) else { return nil }
            guard let next = unsafe PQgetResult(pointer) else { return result }
            result = unsafe LibPQResult(next)
        }
    }

    /// Whether the next result is not complete yet.
    private var isBusy: Bool { unsafe PQisBusy(pointer) == 1 }

    /// Sends what is unsent and reads until the next result is complete, or the connection has broken, which
    /// the result then tells. False where the deadline comes first.
    private func waitForResult(until deadline: ContinuousClock.Instant?) -> Bool {
        var unsent = unsafe PQflush(pointer)
        while unsent == 1 || (unsent == 0 && isBusy) {
            let left = deadline.map { ContinuousClock.now.duration(to: $0) } ?? .seconds(3600)
            guard left > .zero else { return false }
            SocketWait.untilReady(socket, forWriting: unsent == 1, timeout: left)
            guard consumeInput() else { return true }
            if unsent == 1 { unsent = unsafe PQflush(pointer) }
        }
        return true
    }

    /// Runs a script of several statements without parameters.
    func run(script: String) -> LibPQResult {
        unsafe LibPQResult(PQexec(pointer, script))
    }

    /// Reads what has arrived on the socket; false if the connection is gone.
    func consumeInput() -> Bool { unsafe PQconsumeInput(pointer) == 1 }

    /// The next notification that has been read.
    func nextNotification() -> PostgresNotification? {
        guard let notify = unsafe PQnotifies(pointer) else { return nil }
        defer { unsafe PQfreemem(notify) }
        return unsafe PostgresNotification(
            channel: String(cString: notify.pointee.relname),
            payload: String(cString: notify.pointee.extra)
        )
    }

    /// The keywords and values of a URL or connection string, decoded; nil where libpq cannot read it.
    static func options(in url: String) -> [(String, String)]? {
        guard var option = unsafe PQconninfoParse(url, nil) else { return nil }
        let first = unsafe option
        defer { unsafe PQconninfoFree(first) }
        var options: [(String, String)] = []
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe options.append((String(cString: keyword), String(cString: value)))
            }
            unsafe option += 1
        }
        return options
    }

    // libpq's own message about a URL it cannot read may repeat the URL, and with it a password.
    private static func isReadable(url: String) -> Bool {
        var message: UnsafeMutablePointer<CChar>?
        let options = unsafe PQconninfoParse(url, &message)
        unsafe PQfreemem(message)
        let isReadable = unsafe options != nil
        unsafe PQconninfoFree(options)
        return isReadable
    }

    /// Calls `body` with the strings as C strings, nil as NULL, and a NULL after the last one.
    private static func withCStrings<Answer>(
        _ strings: [String?],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Answer
    ) -> Answer {
        var offsets: [Int?] = []
        var storage: ContiguousArray<CChar> = []
        for string in strings {
            offsets.append(string == nil ? nil : storage.count)
            if let string { storage += string.utf8CString }
        }
        return unsafe storage.withUnsafeBufferPointer { buffer in
            let start = buffer.baseAddress
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            for offset in offsets {
                if let offset {
                    unsafe pointers.append(start?.advanced(by: offset))
                } else {
                    unsafe pointers.append(nil)
                }
            }
            unsafe pointers.append(nil)
            return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
        }
    }
}
