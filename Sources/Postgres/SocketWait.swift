import Glibc

/// Waiting for file descriptors.
enum SocketWait {
    /// Returns when one of the descriptors is readable or broken, the time is over, or a signal came.
    static func untilReadable(_ descriptors: [Int32], timeout: Duration) {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let milliseconds = Int32(
            clamping: timeout.components.seconds * 1_000
                + timeout.components.attoseconds / 1_000_000_000_000_000 + 1
        )
        _ = unsafe poll(&polled, nfds_t(polled.count), milliseconds)
    }
}
