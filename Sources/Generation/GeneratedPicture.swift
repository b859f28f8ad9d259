internal import CustomContrast
internal import Imaging

/// A finished picture and what distinguishes it from the others of its job.
struct GeneratedPicture {
    let image: RGBImage
    /// Its place among the job's pictures, from 0.
    let index: Int
    let seed: Int
    /// The prompt as the text encoder read it.
    let prompt: String
    /// Where each subject was at the last step, if asked for.
    let masks: [LocationMask]

    /// The picture with a longer side of at most `side` pixels.
    func fitted(within side: Int) -> GeneratedPicture {
        guard max(image.width, image.height) > side else { return self }
        return GeneratedPicture(
            image: image.fitted(within: side),
            index: index,
            seed: seed,
            prompt: prompt,
            masks: masks
        )
    }

    /// The files' name without its ending: the place and the seed, never words of the prompt.
    var name: String { GeneratedPicture.name(index: index, seed: seed) }

    /// Where the file of a picture lies below the job's output folder.
    static func path(index: Int, seed: Int) -> String {
        "images/\(name(index: index, seed: seed)).png"
    }

    private static func name(index: Int, seed: Int) -> String {
        let digits = String(index)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_s\(seed)"
    }
}
