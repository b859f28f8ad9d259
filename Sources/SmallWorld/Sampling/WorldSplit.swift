/// The part of the small world a picture belongs to.
package enum WorldSplit: String, Sendable, CaseIterable, Codable {
    /// Three quarters, to learn from.
    case training
    /// One eighth, to choose by.
    case validation
    /// One eighth, to judge by.
    case test
}

extension Subject {
    /// Where the subject belongs: decided by its class, colours and pattern, so that no subject of another split has
    /// a near twin in training.
    package var split: WorldSplit {
        WorldSplit(fields: [
            subjectClass.rawValue, color.rawValue, secondColor.rawValue, pattern.rawValue,
        ])
    }
}

extension PictureDescription {
    /// Where the caption belongs: decided by its class, scene and accessory together. A class by itself, or
    /// with one of the two, is always in training, so that every word is learnt.
    package var captionSplit: WorldSplit {
        guard scene != .studio, accessory != .none else { return .training }
        return WorldSplit(fields: [
            subject.subjectClass.rawValue, scene.rawValue, accessory.rawValue,
        ])
    }
}

extension WorldSplit {
    /// The split of a combination of words.
    fileprivate init(fields: [String]) {
        // FNV-1a, because Swift's own hashes change from run to run.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in fields.joined(separator: " ").utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        switch CounterGenerator.mixed(hash) % 8 {
        case 0: self = .validation
        case 1: self = .test
        default: self = .training
        }
    }
}
