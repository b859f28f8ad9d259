/// Why pictures cannot be made.
package enum GenerationError: Error, Equatable, CustomStringConvertible {
    /// Numbers overflowed or became undefined on the way.
    case nonFinite(stage: String)
    /// The decoded picture has a single colour, which no healthy model paints.
    case constantPicture(seed: Int)
    /// The base has no image encoder, but a reference picture has to be read.
    case noImageEncoder(base: String)
    /// The request wants an IP-Adapter, but the adapter is one of our own.
    case noIPAdapter
    /// The request wants one of our own adapters, but the adapter is an IP-Adapter.
    case noOwnAdapter
    /// The size does not fit the base's latents.
    case unsupportedSize(width: Int, height: Int, multiple: Int)
    /// The prompt has more tokens than the text encoders have positions, both ends included.
    case promptTooLong(prompt: String, length: Int, lostWords: [String])

    package var description: String {
        switch self {
        case .nonFinite(let stage):
            """
            A picture of finite numbers was expected, but \(stage) gave one that is not; try another \
            seed, a lower guidance scale, or float32.
            """
        case .constantPicture(let seed):
            """
            The picture of seed \(seed) has one colour all over; try another seed, a lower guidance \
            scale, or float32.
            """
        case .noImageEncoder(let base):
            """
            Reference pictures need a CLIP image encoder, but the base \(base) has no folder \
            image_encoder; add one.
            """
        case .noIPAdapter:
            """
            The method ip_adapter needs an IP-Adapter or IP-Adapter-plus file, but the adapter is one \
            that this program has trained; write "method": "customcontrast" or name another adapter.
            """
        case .noOwnAdapter:
            """
            The method customcontrast needs an adapter that this program has trained, but the adapter is \
            an IP-Adapter; write "method": "ip_adapter" or name another adapter.
            """
        case .unsupportedSize(let width, let height, let multiple):
            """
            A picture of this base needs sides that are multiples of \(multiple), but \(width)×\(height) \
            was asked for; choose the nearest multiple.
            """
        case .promptTooLong(let prompt, let length, let words):
            """
            The prompt "\(prompt)" has more than the \(length) tokens that the text encoder \
            reads, so these words have no effect: \(words.joined(separator: " ")); shorten it.
            """
        }
    }
}
