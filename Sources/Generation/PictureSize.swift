internal import Requests
internal import StableDiffusion

/// The size of a picture and of its latents.
struct PictureSize: Equatable {
    let width: Int
    let height: Int
    /// The latents' height and width.
    let latents: (height: Int, width: Int)
    /// SDXL's micro-conditioning: original size, crop corner, target size, each as (height, width).
    let timeIDs: [Float]

    /// The request's size, or the base's own where it leaves it open.
    init(request: GenerationRequest, base: BaseModel) throws(GenerationError) {
        width = request.width ?? base.pictureSide
        height = request.height ?? base.pictureSide
        let factor = base.autoencoder.configuration.reductionFactor
        let multiple = factor * base.unet.configuration.reductionFactor
        guard width % multiple == 0, height % multiple == 0 else {
            throw .unsupportedSize(width: width, height: height, multiple: multiple)
        }
        latents = (height / factor, width / factor)
        let own = [height, width]
        let sizes =
            (request.originalSize ?? own) + (request.cropTopLeft ?? [0, 0])
            + (request.targetSize ?? own)
        timeIDs = sizes.map { Float($0) }
    }

    static func == (left: PictureSize, right: PictureSize) -> Bool {
        left.width == right.width && left.height == right.height && left.latents == right.latents
            && left.timeIDs == right.timeIDs
    }
}
