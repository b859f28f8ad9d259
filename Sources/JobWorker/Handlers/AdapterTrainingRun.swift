internal import CLIP
internal import CustomContrast
internal import Datasets
internal import Foundation
internal import Generation
internal import Imaging
internal import Layers
internal import Requests
internal import StableDiffusion
internal import Training

/// An adapter's training put together from its request: the models, the data and the validation pictures.
struct AdapterTrainingRun {
    /// Subjects a validation shows, and how its pictures are sampled.
    private static let shownSubjects = 4
    /// A prompt for each kind of edit.
    private static let editPrompts = [
        "a photo of a {subject} on the beach", "a photo of a {subject} wearing a black hat",
        "a pencil sketch of a {subject}", "a photo of a cube shaped {subject}",
    ]
    private static let validationSampling = SamplingSettings(stepCount: 25, guidanceScale: 5)

    let request: TrainingRequest
    let base: BaseModel
    let imageEncoder: ImageEncoder
    let dataset: MultiViewDataset
    private let design: AdapterDesign
    private let switches: AblationSwitches
    let conditioner: SubjectConditioner
    private let doneSteps: Int
    private let limits: ImageLimits
    let side: Int

    /// Builds a fresh adapter, or takes the one the request starts from.
    init(
        _ request: TrainingRequest,
        base: BaseModel,
        adapter loaded: JobContext.LoadedAdapter?,
        dataset: MultiViewDataset,
        in context: JobContext
    ) throws {
        self.request = request
        self.base = base
        self.dataset = dataset
        imageEncoder = try base.requireImageEncoder()
        switches = request.method.switches
        let asked = request.method.design(
            layers: base.unet.crossAttentionLayers,
            textWidths: base.prompts.stages.map(\.model.configuration.width),
            vision: imageEncoder.model.configuration
        )
        let adapter: SubjectAdapter
        if let loaded {
            try AdapterTrainingError.require(
                loaded.design,
                named: loaded.identity.name,
                toBe: asked
            )
            (design, adapter) = (loaded.design, loaded.adapter)
        } else {
            design = asked
            adapter = try SubjectAdapter(
                fresh: asked,
                unet: base.unet,
                seed: UInt64(request.seed)
            )
        }
        let checkpoints = request.optimizer.checkpointsGradients
        conditioner = SubjectConditioner(
            adapter: adapter,
            prompts: checkpoints ? base.prompts.checkpointing() : base.prompts
        )
        doneSteps = context.resumePoint?.step ?? 0
        limits = context.configuration.imageLimits
        side = request.resolution ?? base.pictureSide
    }

    /// What the loop repeats.
    func task() throws -> AdapterTraining {
        let losses = request.losses
        let views = ViewPairs(
            dataset,
            side: side,
            referenceSide: imageEncoder.preprocessor.cropSize,
            limits: limits,
            seed: UInt64(request.seed)
        )
        var unet = base.unet
        unet.checkpointsActivations = request.optimizer.checkpointsGradients
        return try AdapterTraining(
            base: FrozenBase(
                unet: unet,
                autoencoder: base.autoencoder,
                imageEncoder: imageEncoder,
                schedule: base.scheduler.noiseSchedule,
                predictionType: base.scheduler.predictionType,
                timeIDs: base.folder.family == .stableDiffusionXL
                    ? BaseModel.timeIDs(side: side) : nil
            ),
            conditioner: conditioner,
            losses: AdapterLosses(
                objective: TrainingObjective(
                    contrastWeight: losses.contrastWeight,
                    locationWeight: losses.locationWeight
                ),
                semantic: switches.semanticContrast
                    ? CrossmodalSemanticContrast(temperature: losses.semanticTemperature) : nil,
                appearance: switches.appearanceContrast
                    ? MultiscaleAppearanceContrast(
                        temperature: losses.appearanceTemperature,
                        similarityFloor: losses.similarityFloor
                    ) : nil,
                location: switches.locationLoss
                    ? LocationLoss(
                        side: min(64, side / base.autoencoder.configuration.reductionFactor)
                    )
                    : nil,
                weighting: losses.signalToNoiseCap.map(MinSNRWeighting.init(cap:))
            ),
            drops: ConditionDrops(
                image: request.dropRates.image,
                text: request.dropRates.text,
                both: request.dropRates.both
            ),
            views: try BatchStream(
                views,
                batchSize: request.optimizer.batchSize,
                firstBatch: doneSteps * request.optimizer.gradientAccumulationSteps,
                repeatsSamples: true
            ),
            seed: UInt64(request.seed)
        )
    }

    /// The subjects that validations show.
    var validationSubjects: ArraySlice<DatasetSubject> {
        dataset.subjects.prefix(AdapterTrainingRun.shownSubjects)
    }

    /// What validations show a subject in.
    func validationPrompts(for subject: DatasetSubject) -> [String] {
        let prompts =
            request.validation.prompts.isEmpty
            ? AdapterTrainingRun.editPrompts : request.validation.prompts
        return prompts.map { $0.replacing("{subject}", with: subject.className) }
    }

    /// A row per subject: its reference, and a picture per validation prompt, always with the same seeds.
    func validationSheet(host: any PipelineHost) throws -> ContactSheet {
        let rows = try validationSubjects.map { subject in
            let view = try dataset.load(subject.views[0], sufficientSide: side, limits: limits)
            let reference = CutOutPlacement().centered(
                view,
                side: imageEncoder.preprocessor.cropSize
            )
            let pictures = try validationPrompts(for: subject).map { text in
                let image = try base.picture(
                    of: text,
                    showing: SubjectPictures(
                        className: subject.className,
                        images: [reference],
                        scale: 1
                    ),
                    conditioner: conditioner,
                    AdapterTrainingRun.validationSampling,
                    seed: request.validation.seed,
                    constantPicture: { host.warn("In a validation: \($0)") },
                    stepDone: { _ in try host.throwIfInterrupted() }
                )
                return ContactSheet.Cell(image, label: text)
            }
            return [ContactSheet.Cell(reference, label: subject.className)] + pictures
        }
        return ContactSheet(rows: rows, cellSide: max(side, 128))
    }

    /// Writes the adapter with what it was trained with.
    func write(to file: URL) throws {
        let hashes = try base.modelHashes()
        var configuration: CustomContrastConfiguration?
        if case .customContrast(let own) = design { configuration = own }
        try AdapterFile.write(
            conditioner.adapter,
            metadata: AdapterMetadata(
                configuration: configuration,
                baseHash: hashes.base,
                imageEncoderHash: hashes.imageEncoder,
                steps: request.optimizer.stepCount
            ),
            storedAs: .float16,
            to: file.path
        )
    }
}
