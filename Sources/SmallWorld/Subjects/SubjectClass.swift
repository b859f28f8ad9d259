/// The kinds of things that live in the small world.
package enum SubjectClass: String, Sendable, CaseIterable, Codable {
    case mug, rocket, duck, robot, house, tree, car, fish, bear, mushroom

    /// The word for it in captions.
    package var noun: String { rawValue }
}
