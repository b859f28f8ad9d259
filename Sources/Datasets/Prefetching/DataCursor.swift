/// Where training stands in its data; kept in checkpoints, so that a resumed run reads on where it stopped.
package struct DataCursor: Codable, Hashable, Sendable {
    /// How often the data was gone through.
    package var epoch: Int
    /// The samples read of this epoch.
    package var offset: Int

    /// Creates a cursor, normally at the beginning.
    package init(epoch: Int = 0, offset: Int = 0) {
        self.epoch = epoch
        self.offset = offset
    }

    /// The cursor after `samples` more, in epochs of `count`.
    package func advanced(by samples: Int, count: Int) -> DataCursor {
        let place = offset + samples
        return DataCursor(epoch: epoch + place / count, offset: place % count)
    }
}
