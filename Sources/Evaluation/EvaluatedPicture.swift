package import Imaging

/// A picture of a generate job, before it is looked at.
package struct EvaluatedPicture {
    /// Where it lies below the job's outputs.
    package let path: String
    /// The prompt with the class nouns filled in.
    package let prompt: String
    package let seed: Int
    /// Reads it.
    package let image: () throws -> RGBImage

    package init(
        path: String,
        prompt: String,
        seed: Int,
        image: @escaping () throws -> RGBImage
    ) {
        self.path = path
        self.prompt = prompt
        self.seed = seed
        self.image = image
    }
}
