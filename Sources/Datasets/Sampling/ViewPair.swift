package import Imaging

/// Two views of one subject: what adapters learn from.
package struct ViewPair: Sendable {
    /// The picture to be generated, square.
    package var image: RGBImage
    /// Where the subject is in it; all of it when the data set does not tell.
    package var mask: Mask
    /// The subject cut out of that picture, laid out at random.
    package var reference: RGBImage
    /// The subject cut out of another view, laid out at random: the positive of the appearance contrast.
    package var positive: RGBImage
    /// The picture's words; they contain the class noun.
    package var caption: String
    /// The class noun, which the subject's feature takes the place of.
    package var className: String
    /// Which subject of the data set it is; samples with the same number are no negatives of each other.
    package var subject: Int
}
