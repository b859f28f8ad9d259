/// How often training hides a condition, so that classifier-free guidance has something to lean on.
package struct DropRates: RequestObject, Equatable {
    /// Share of samples without their picture, without their caption, without both; exclusive.
    package let image: Float
    package let text: Float
    package let both: Float

    package init(_ fields: RequestReader) throws(RequestError) {
        image = try fields.number("image", default: 0.05, in: 0...1, "Share without the picture.")
        text = try fields.number("text", default: 0.05, in: 0...1, "Share without the caption.")
        both = try fields.number("both", default: 0.05, in: 0...1, "Share without either.")
        try fields.require(
            image + text + both <= 1,
            "both",
            "expected shares of at most 1 in all, found \(image + text + both); lower them"
        )
    }
}
