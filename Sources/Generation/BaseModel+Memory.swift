internal import CLIP
internal import CustomContrast
package import StableDiffusion
internal import Tensors

extension BaseModel {
    /// Bytes of weights from which a part's memory is given back after its stage; smaller ones would only be
    /// packed again for each picture.
    private static let smallestReclaimed = 64 << 20

    /// Gives back the memory of a part whose stage of a job is over. Its next use reads the weights again.
    package func finish(_ part: ModelPart) {
        let parameters: [Parameter] =
            switch part {
            case .unet: unet.parameters
            case .autoencoder: autoencoder.parameters
            case .imageEncoder: imageEncoder?.model.parameters ?? []
            case .textEncoder: prompts.stages[0].model.parameters
            case .secondTextEncoder: prompts.stages.dropFirst().first?.model.parameters ?? []
            case .tokenizer, .secondTokenizer, .scheduler: []
            }
        let count = parameters.reduce(0) { $0 + $1.shape.elementCount }
        guard count * MemoryLayout<Float>.stride >= BaseModel.smallestReclaimed else { return }
        for parameter in parameters { parameter.reclaimMemory() }
        TensorMemory.releaseIdle()
    }

    /// Gives back the memory of all parts but the UNet, as when a job is over and the next one may use the
    /// same base.
    package func rest() {
        for part in [ModelPart.autoencoder, .imageEncoder, .textEncoder, .secondTextEncoder] {
            finish(part)
        }
        TensorMemory.releaseIdle()
    }
}
