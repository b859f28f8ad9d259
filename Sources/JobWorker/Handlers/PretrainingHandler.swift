internal import Datasets
internal import Foundation
internal import Generation
package import Requests
internal import Training

/// Carries out `pretrain` jobs: a part of a base model from scratch, published as a whole base folder.
package struct PretrainingHandler: JobHandler {
    package let kind = JobKind.pretrain

    /// Creates the handler.
    package init() {}

    package func run(_ request: JobRequest, in context: JobContext) throws {
        guard case .pretrain(let request) = request else {
            preconditionFailure("the table gives a handler its own kind of request only")
        }
        context.bases.clear()
        let draft = try BaseDraft(request, in: context)
        try context.requireMemory(MemoryNeed(request, base: draft.folder))
        let dataset = try MultiViewDataset(
            root: context.dataSet(at: request.data)
        )
        for note in dataset.notes + [dataset.summary] { context.log(note) }
        try context.checkOnce(dataset, sufficientSide: request.resolution)
        let pictures = CaptionedPictures(
            dataset,
            side: request.resolution,
            limits: context.configuration.imageLimits,
            seed: UInt64(request.seed)
        )
        let part = PretrainedPart(
            request: request,
            draft: draft,
            pictures: pictures,
            context: context
        )
        switch request.component {
        case .autoencoder: try part.trainAutoencoder()
        case .clip: try part.trainCLIP()
        case .unet: try part.trainUNet()
        }
        try draft.publish(in: context)
    }
}
