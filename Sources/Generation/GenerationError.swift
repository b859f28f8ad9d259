/// Why pictures cannot be made.
package enum GenerationError: Error, Equatable, CustomStringConvertible {
    /// Numbers overflowed or became undefined on the way, first in a layer, if one can be named.
    case nonFinite(stage: String, layer: String?)
    /// The decoded picture has a single colour, which no healthy model paints.
    case constantPicture(seed: Int)
    /// The base has no image encoder, but a reference picture has to be read.
    case noImageEncoder(base: String)
    /// The request names another method than the adapter's own.
    case otherMethod(asked: String, found: String)
    /// The size does not fit the base's latents.
    case unsupportedSize(width: Int, height: Int, multiple: Int)
    /// The prompt has more tokens than the text encoders have positions, both ends included.
    case promptTooLong(prompt: String, length: Int, lostWords: [String])
    /// The checkpoint to go on from is of another request.
    case foreignCheckpoint

    package var description: String {
        switch self {
        case .nonFinite(let stage, let layer):
            """
            A picture of finite numbers was expected, but \(stage) gave one that is \
            not\(layer.map { ", first in the layer \($0)" } ?? ""); try another seed, a lower guidance \
            scale or float32, and if that does not help look for damaged weights.
            """
        case .constantPicture(let seed):
            """
            The picture of seed \(seed) has one colour all over; try another seed, a lower guidance \
            scale, or float32.
            """
        case .noImageEncoder(let base):
            """
            Reference pictures need a CLIP image encoder, but the base \(base) has no folder \
            image_encoder; copy one there, or name one as "image_encoder".
            """
        case .otherMethod(let asked, let found):
            """
            The method \(asked) needs an adapter of that kind, but the adapter is one of \(found); \
            write "method": "\(found)" or name another adapter.
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
        case .foreignCheckpoint:
            """
            The pictures made so far belong to another request; enqueue a new job instead of changing \
            this one.
            """
        }
    }
}
