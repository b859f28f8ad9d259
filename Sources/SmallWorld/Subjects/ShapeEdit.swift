/// A change of a subject's shape that a caption can ask for.
package enum ShapeEdit: String, Sendable, CaseIterable, Codable {
    /// The subject's own shape.
    case own
    case tall, wide, cube, ball

    /// The words before the colour in captions; none for the own shape.
    package var phrase: String? {
        switch self {
        case .own: nil
        case .tall, .wide: rawValue
        case .cube, .ball: "\(rawValue) shaped"
        }
    }

    /// How much larger the subject becomes along each axis.
    var scale: SIMD3<Float> {
        switch self {
        case .tall: [0.78, 1.32, 0.78]
        case .wide: [1.32, 0.72, 1.15]
        case .own, .cube, .ball: [1, 1, 1]
        }
    }
}

extension Blueprint {
    /// The shape with each part of its body made cubic or round; its smaller parts stay. Tall and wide
    /// subjects keep their parts: the whole is stretched when it is traced.
    func applying(_ edit: ShapeEdit) -> Blueprint {
        guard edit == .cube || edit == .ball else { return self }
        var copy = self
        for index in parts.indices {
            guard case .body = parts[index].material, parts[index].joint == .added else { continue }
            let extents = parts[index].solid.extents
            let mean = extents.sum() / 3
            switch (edit, parts[index].solid) {
            case (.cube, .box):
                copy.parts[index].solid = .box(extents * 0.5 + mean * 0.5, rounding: 0.01)
            case (.cube, .ellipsoid):
                copy.parts[index].solid = .box(extents * 0.86, rounding: 0.02)
            case (.cube, _):
                copy.parts[index].solid = .box(extents * 0.95, rounding: 0.02)
            default:
                copy.parts[index].solid = .ellipsoid(extents * 0.3 + mean * 0.7)
            }
        }
        return copy
    }
}
