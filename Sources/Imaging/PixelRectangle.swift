/// A rectangle of whole pixels inside a picture.
package struct PixelRectangle: Sendable, Hashable {
    /// The leftmost column.
    package var x: Int
    /// The topmost row.
    package var y: Int
    /// The number of columns.
    package var width: Int
    /// The number of rows.
    package var height: Int

    /// Creates a rectangle from its top left corner and its extents.
    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }
}
