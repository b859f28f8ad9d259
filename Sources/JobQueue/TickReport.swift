/// What one round of the queue's housekeeping has found.
package struct TickReport: Sendable, Equatable {
    /// Jobs that became ready.
    package let promoted: Int
    /// Jobs taken back from lost workers.
    package let rescued: Int
    /// Jobs asked to stop because they stalled or ran too long.
    package let stalled: Int
}
