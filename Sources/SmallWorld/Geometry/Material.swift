/// What a part of a subject is made of.
enum Material: Sendable {
    /// The subject's pattern in its two colours.
    case body
    /// The subject's second colour.
    case accent
    /// A dark shade of its first colour, as inside a mug.
    case inside
    /// The same colour on every subject; sRGB in 0…1.
    case painted(SIMD3<Float>)

    static let dark = Material.painted([0.08, 0.08, 0.10])
    static let pale = Material.painted([0.97, 0.96, 0.93])
    static let glow = Material.painted([1.00, 0.93, 0.55])
    static let glass = Material.painted([0.66, 0.86, 0.97])
    static let beak = Material.painted([1.00, 0.58, 0.05])
    static let wood = Material.painted([0.45, 0.28, 0.14])
    static let gold = Material.painted([1.00, 0.80, 0.10])
    static let scarlet = Material.painted([0.85, 0.06, 0.10])
    static let rose = Material.painted([1.00, 0.35, 0.62])
}
