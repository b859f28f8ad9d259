package import Imaging

/// A generate job whose pictures are scored.
package struct EvaluatedJob {
    package let number: Int
    /// All reference pictures of all its subjects, as the generation read them.
    package let references: [RGBImage]
    package let pictures: [EvaluatedPicture]

    package init(number: Int, references: [RGBImage], pictures: [EvaluatedPicture]) {
        self.number = number
        self.references = references
        self.pictures = pictures
    }
}
