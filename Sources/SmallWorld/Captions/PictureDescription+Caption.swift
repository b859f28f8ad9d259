extension PictureDescription {
    /// The picture in words, such as "a photo of a red mug on the beach wearing a black hat".
    ///
    /// - Parameters:
    ///   - detail: How much of the subject's own looks is told. A colour edit is told with every detail.
    ///   - opening: The words before the subject, instead of the style's.
    package func caption(_ detail: CaptionDetail = .full, opening: String? = nil) -> String {
        var words: [String] = []
        if let shape = shape.phrase { words.append(shape) }
        words += colorWords(detail)
        words.append(subject.subjectClass.noun)
        let name = words.joined(separator: " ")
        let article = name.first.map { "aeiou".contains($0) } == true ? "an" : "a"
        let parts = [
            opening ?? style.phrase, "\(article) \(name)", scene.phrase, accessory.phrase,
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    /// The words for the subject's colours and pattern.
    private func colorWords(_ detail: CaptionDetail) -> [String] {
        let first = (color ?? subject.color).word
        switch detail {
        case .noun: return color == nil ? [] : [first]
        case .color: return [first]
        case .full:
            guard let pattern = subject.pattern.word else { return [first] }
            return [first, "and", subject.secondColor.word, pattern]
        }
    }
}
