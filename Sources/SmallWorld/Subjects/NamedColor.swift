/// The colours captions know.
package enum NamedColor: String, Sendable, CaseIterable, Codable {
    case red, orange, yellow, green, blue, purple, pink, white

    /// The word for it in captions.
    package var word: String { rawValue }

    /// Its sRGB shares in 0…1.
    var rgb: SIMD3<Float> {
        switch self {
        case .red: [0.87, 0.10, 0.10]
        case .orange: [0.98, 0.52, 0.05]
        case .yellow: [0.98, 0.87, 0.12]
        case .green: [0.12, 0.62, 0.20]
        case .blue: [0.12, 0.30, 0.88]
        case .purple: [0.52, 0.16, 0.72]
        case .pink: [1.00, 0.55, 0.75]
        case .white: [0.96, 0.96, 0.96]
        }
    }
}
