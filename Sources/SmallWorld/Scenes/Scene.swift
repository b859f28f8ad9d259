/// Where a picture is taken.
package enum Scene: String, Sendable, CaseIterable, Codable {
    case studio, beach, grass, snow, night, wood, brick, sunset

    /// The words for it in captions; none for the studio's plain backdrop.
    package var phrase: String? {
        switch self {
        case .studio: nil
        case .beach: "on the beach"
        case .grass: "on the grass"
        case .snow: "in the snow"
        case .night: "under the night sky"
        case .wood: "on a wooden floor"
        case .brick: "in front of a brick wall"
        case .sunset: "at sunset"
        }
    }

    /// The colour of the light on the subject; sRGB in 0…1.
    var lightColor: SIMD3<Float> {
        switch self {
        case .night: [0.72, 0.76, 0.98]
        case .sunset: [1.06, 0.90, 0.80]
        default: [1, 1, 1]
        }
    }
}
