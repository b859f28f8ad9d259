/// How attention splits its width into heads.
package struct HeadLayout: Sendable, Equatable, Codable {
    /// How many heads.
    package let count: Int
    /// How wide a head is; 64 in every published adapter.
    package let width: Int

    /// Creates a layout.
    package init(count: Int, width: Int = 64) {
        self.count = count
        self.width = width
    }

    /// Splits a width into heads of 64, or of 32, or leaves it whole.
    package init(splitting width: Int) {
        let headWidth = [64, 32].first { width.isMultiple(of: $0) } ?? width
        self.init(count: width / headWidth, width: headWidth)
    }

    /// The width of all heads together, which need not be the model's.
    package var innerWidth: Int { count * width }
}
