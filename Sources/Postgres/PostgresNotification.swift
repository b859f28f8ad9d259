/// A NOTIFY of some session that this one listens for.
package struct PostgresNotification: Sendable, Equatable {
    package let channel: String
    /// Whatever the sender wrote: never to be trusted.
    package let payload: String

    package init(channel: String, payload: String) {
        self.channel = channel
        self.payload = payload
    }
}
