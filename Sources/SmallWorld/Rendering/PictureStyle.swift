/// How a picture is made.
package enum PictureStyle: String, Sendable, CaseIterable, Codable {
    case photo, pixel, sketch, sepia, cartoon

    /// The words that begin a caption.
    package var phrase: String {
        switch self {
        case .photo: "a photo of"
        case .pixel: "pixel art of"
        case .sketch: "a pencil sketch of"
        case .sepia: "an old sepia photo of"
        case .cartoon: "a cartoon of"
        }
    }
}
