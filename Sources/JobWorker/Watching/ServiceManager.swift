internal import CSystemCalls
internal import Foundation
internal import Glibc

/// The service manager that has started this process, and how it is told what goes on: systemd's protocol
/// of `sd_notify(3)`, one datagram for each message.
package struct ServiceManager: Sendable {
    private let socket: String
    /// How long it waits for a sign of life before it ends the process; nil where it does not.
    private let patience: Duration?

    /// Nil where no service manager wants to hear.
    ///
    /// - Parameters:
    ///   - environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`.
    ///   - processID: Of this process: a sign of life of another one is not wanted.
    package init?(
        environment: [String: String],
        processID: Int32 = getpid()
    ) {
        guard let socket = environment["NOTIFY_SOCKET"],
            socket.hasPrefix("/") || socket.hasPrefix("@")
        else { return nil }
        self.socket = socket
        let isForUs = environment["WATCHDOG_PID"].map { Int32($0) == processID } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Int.init) ?? 0
        patience = isForUs && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// How often it should hear.
    package var interval: Duration {
        min(.seconds(10), patience.map { $0 / 3 } ?? .seconds(10))
    }

    /// The process starts and may need so long for it.
    package func starting(within time: Duration) {
        send(["STATUS=starting: waiting for the database", Self.extended(by: time)])
    }

    /// The process works.
    package func ready() {
        send(["READY=1"])
    }

    /// The process has heard that it should end and may need so long for it.
    package func stopping(within time: Duration) {
        send(["STOPPING=1", Self.extended(by: time)])
    }

    /// What goes on, and a sign of life unless `problems` say that there is none.
    package func tell(_ line: String, problems: [String]) {
        var fields = ["STATUS=\(([line] + problems).joined(separator: "; "))"]
        if problems.isEmpty, patience != nil { fields.append("WATCHDOG=1") }
        send(fields)
    }

    private static func extended(by time: Duration) -> String {
        "EXTEND_TIMEOUT_USEC=\(Int(time / .microseconds(1)))"
    }

    /// Sends fields in one message. One that is lost is made up for by the next; nothing waits for it.
    private func send(_ fields: [String]) {
        let message = fields.map { $0.replacing("\n", with: " ") }.joined(separator: "\n")
        _ = unsafe contrast_notify(socket, message)
    }
}
