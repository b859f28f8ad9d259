/// An 8-bit sRGB colour.
package struct RGBColor: Sendable, Hashable {
    /// The red share, 0–255.
    package var red: UInt8
    /// The green share, 0–255.
    package var green: UInt8
    /// The blue share, 0–255.
    package var blue: UInt8

    /// Creates a colour from its three shares.
    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// White, the canvas transparent pictures are laid on.
    package static let white = RGBColor(255, 255, 255)
    /// Black.
    package static let black = RGBColor(0, 0, 0)
}
