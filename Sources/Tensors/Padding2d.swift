/// Zeros around the rows and columns of pictures.
package struct Padding2d: Sendable, Hashable {
    /// Rows above.
    package let top: Int
    /// Rows below.
    package let bottom: Int
    /// Columns to the left.
    package let left: Int
    /// Columns to the right.
    package let right: Int

    /// No padding.
    package static let zero = Padding2d(0)

    /// Creates a padding side by side.
    package init(top: Int, bottom: Int, left: Int, right: Int) {
        precondition(top >= 0 && bottom >= 0 && left >= 0 && right >= 0, "a padding is negative")
        self.top = top
        self.bottom = bottom
        self.left = left
        self.right = right
    }

    /// Creates the same padding on all sides.
    package init(_ all: Int) { self.init(top: all, bottom: all, left: all, right: all) }
}
