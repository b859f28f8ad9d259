extension RGBImage {
    /// Draws one line of text with its top left corner at (`x`, `y`); what sticks out is cut off.
    package mutating func draw(_ text: String, x: Int, y: Int, color: RGBColor = .black) {
        for (index, character) in text.enumerated() {
            let left = x + index * BitmapFont.advance
            for (column, dots) in BitmapFont.columns(of: character).enumerated() {
                for row in 0..<8 where dots >> row & 1 == 1 {
                    let place = (x: left + column, y: y + row)
                    guard 0..<width ~= place.x, 0..<height ~= place.y else { continue }
                    self[place.x, place.y] = color
                }
            }
        }
    }
}
