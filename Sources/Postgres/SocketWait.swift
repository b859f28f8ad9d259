import Glibc

/// Waiting for file descriptors.
enum SocketWait {
    /// Returns when one of the descriptors is readable or broken, the time is over, or a signal came.
    static func untilReadable(_ descriptors: [Int32], timeout: Duration) {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        _ = unsafe poll(&polled, nfds_t(polled.count), milliseconds(timeout))
    }

    /// Returns when a descriptor can be read from, or, where that is asked for, written to.
    static func untilReady(_ descriptor: Int32, forWriting: Bool, timeout: Duration) {
        let events = forWriting ? POLLIN | POLLOUT : POLLIN
        var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        _ = unsafe poll(&polled, 1, milliseconds(timeout))
    }

    private static func milliseconds(_ timeout: Duration) -> Int32 {
        Int32(
            clamping: timeout.components.seconds * 1_000
                + timeout.components.attoseconds / 1_000_000_000_000_000 + 1
        )
    }
}
