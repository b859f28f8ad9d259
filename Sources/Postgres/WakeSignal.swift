import Glibc

/// Wakes a thread that waits in `PostgresConnection.waitForNotifications` from any other thread.
///
/// A pipe: a signal that comes before the wait begins is not lost. `signal()` is safe in a signal handler.
package final class WakeSignal: Sendable {
    /// Becomes readable when the signal is given.
    let readEnd: Int32
    private let writeEnd: Int32

    package init() {
        var ends: [Int32] = [-1, -1]
        precondition(unsafe pipe(&ends) == 0, "no file descriptors left for a wake signal")
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Ends the current wait, or the next one if none is going on.
    package func signal() {
        var byte: UInt8 = 1
        // A full pipe has been signalled often enough.
        _ = unsafe write(writeEnd, &byte, 1)
    }

    /// Forgets the signals given so far; whether there were any.
    func drain() -> Bool {
        var buffer: (UInt64, UInt64) = (0, 0)
        var wasSignalled = false
        while unsafe read(readEnd, &buffer, 16) > 0 { wasSignalled = true }
        return wasSignalled
    }
}
