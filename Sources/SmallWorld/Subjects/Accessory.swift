/// Something a subject can wear or hold that is no part of it.
package enum Accessory: String, Sendable, CaseIterable, Codable {
    case none, hat, crown, scarf, glasses, balloon

    /// The words for it after the scene in captions; none for nothing.
    package var phrase: String? {
        switch self {
        case .none: nil
        case .hat: "wearing a black hat"
        case .crown: "wearing a golden crown"
        case .scarf: "wearing a red scarf"
        case .glasses: "wearing black glasses"
        case .balloon: "holding a pink balloon"
        }
    }

    /// Its parts in the space of a subject with the given shape.
    func parts(on blueprint: Blueprint) -> [Part] {
        let crown = blueprint.crown
        let radius = max(blueprint.crownRadius, 0.26)
        switch self {
        case .none:
            return []
        case .hat:
            return [
                Part(
                    .cylinder(radius: radius * 1.35, halfHeight: 0.045),
                    at: crown + [0, 0.02, 0],
                    .dark
                ),
                Part(
                    .cylinder(radius: radius * 0.82, halfHeight: 0.24),
                    at: crown + [0, 0.26, 0],
                    .dark
                ),
                Part(
                    .cylinder(radius: radius * 0.85, halfHeight: 0.05),
                    at: crown + [0, 0.12, 0],
                    .scarlet
                ),
            ]
        case .crown:
            return [
                Part(
                    .cone(bottom: radius * 0.9, top: radius * 1.15, halfHeight: 0.15),
                    at: crown + [0, 0.13, 0],
                    .gold
                ),
                Part(
                    .cone(bottom: radius * 0.42, top: 0.02, halfHeight: 0.13),
                    at: crown + [radius * 0.7, 0.38, radius * 0.7],
                    .gold,
                    mirrors: [.x, .z],
                    around: crown
                ),
                Part(
                    .ellipsoid([0.09, 0.09, 0.09]),
                    at: crown + [0, 0.14, radius * 1.02],
                    .scarlet,
                    mirrors: .z,
                    around: crown
                ),
            ]
        case .scarf:
            let neck = blueprint.neck
            return [
                Part(.collar(radius: blueprint.neckRadius, thickness: 0.12), at: neck, .scarlet),
                Part(
                    .box([0.11, 0.26, 0.05], rounding: 0.03),
                    at: neck + [0.16, -0.24, blueprint.neckRadius + 0.06],
                    .scarlet,
                    roll: 10
                ),
            ]
        case .glasses:
            return glasses(on: blueprint)
        case .balloon:
            let hand: SIMD3<Float> = [0.66, crown.y - 0.4, 0.2]
            return [
                Part(.ellipsoid([0.34, 0.4, 0.34]), at: hand + [0.22, 0.62, 0], .rose),
                Part(
                    .cylinder(radius: 0.025, halfHeight: 0.4),
                    at: hand + [0.22, -0.15, 0],
                    .dark
                ),
            ]
        }
    }

    /// Two dark lenses and a bridge in front of the face.
    private func glasses(on blueprint: Blueprint) -> [Part] {
        let face = blueprint.face
        let offset = max(blueprint.faceHalfWidth * 0.5, 0.15)
        let lens = offset * 0.82
        switch blueprint.faceDirection {
        case .front:
            return [
                Part(
                    .disc(radius: lens, halfDepth: 0.05),
                    at: [face.x + offset, face.y, face.z + 0.06],
                    .dark,
                    mirrors: .x,
                    around: face
                ),
                Part(
                    .box([offset, 0.035, 0.03], rounding: 0),
                    at: [face.x, face.y + lens * 0.4, face.z + 0.06],
                    .dark
                ),
            ]
        case .side:
            return [
                Part(
                    .box([0.05, lens, lens], rounding: 0.04),
                    at: [face.x + 0.05, face.y, offset],
                    .dark,
                    mirrors: .z
                ),
                Part(
                    .box([0.3, 0.05, 0.03], rounding: 0),
                    at: [face.x - 0.22, face.y + lens * 0.4, blueprint.faceHalfWidth * 1.1],
                    .dark,
                    mirrors: .z
                ),
            ]
        }
    }
}
