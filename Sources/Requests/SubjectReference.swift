/// One subject of a generation request: what it is called, and the pictures that show it.
package struct SubjectReference: RequestObject, Equatable {
    /// The class noun (`dog`); in prompts it stands where `{subject}` or the noun itself is written.
    package let className: String
    /// Reference pictures; CustomContrast reads the features of all of them side by side, the IP-Adapters make
    /// tokens of each and put those side by side.
    package let images: [FileReference]
    /// γ of this subject's visual branch; nil takes the request's `gamma`.
    package let scale: Float?
    /// Which pixels of the first picture are the subject (white); nil takes its alpha, or everything.
    package let mask: FileReference?
    /// How pictures without mask and transparency become squares.
    package let fit: ReferenceFit

    package init(_ fields: RequestReader) throws(RequestError) {
        className = try fields.requiredText(
            "class",
            length: 1...64,
            "Class noun of the subject, as it stands in the prompt."
        )
        images = try fields.files(
            "images",
            count: 1...8,
            "Pictures of the subject; all of them are read together."
        )
        scale = try fields.optionalNumber(
            "scale",
            in: 0...4,
            absent: "`gamma`",
            "Weight γ of this subject's visual branch."
        )
        mask = try fields.optionalFile(
            "mask",
            absent: "the picture's alpha, or all of it",
            "Picture whose white pixels are the subject in `images[0]`."
        )
        fit = try fields.choice(
            "fit",
            default: .pad,
            "How a picture without mask and transparency becomes a square: padded with white, or its middle as CLIP crops it."
        )
    }
}
