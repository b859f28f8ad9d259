internal import CLIP
internal import CustomContrast
internal import Foundation
internal import Generation
internal import Layers
internal import Requests
internal import StableDiffusion
internal import Tensors

extension AdapterTrainingRun {
    /// How much memory a training takes, estimated before anything is loaded.
    static func memoryNeed(
        _ request: TrainingRequest,
        base folder: ModelFolder,
        adapter: AdapterFile?
    ) throws -> MemoryNeed {
        let sizes =
            try adapter.map { ($0.valueCount, $0.design.componentCount) } ?? fresh(request, folder)
        return try MemoryNeed(
            request,
            base: folder,
            adapterCount: sizes.0,
            componentCount: sizes.1
        )
    }

    /// How many values and S⁺ components a fresh adapter has; a base without an image encoder, for which
    /// there is none, is refused when it is loaded.
    private static func fresh(
        _ request: TrainingRequest,
        _ folder: ModelFolder
    ) throws -> (values: Int, components: Int) {
        guard folder.contains(.imageEncoder) else { return (0, 0) }
        func file(_ part: ModelPart) throws -> URL {
            try folder.folder(of: part).appending(path: "config.json")
        }
        let unet = try UNet2DConditionModel(
            .outlining(),
            configuration: folder.unetConfiguration()
        )
        let texts: [ModelPart] =
            folder.family == .stableDiffusionXL
            ? [.textEncoder, .secondTextEncoder] : [.textEncoder]
        let design = request.method.design(
            layers: unet.crossAttentionLayers,
            textWidths: try texts.map { try CLIPTextConfiguration(file: file($0)).width },
            vision: try CLIPVisionConfiguration(file: file(.imageEncoder))
        )
        let adapter = try SubjectAdapter(
            .outlining(),
            design: design,
            layers: unet.crossAttentionLayers
        )
        return (
            adapter.parameters.reduce(0) { $0 + $1.shape.elementCount }, design.componentCount
        )
    }
}
