internal import CustomContrast
internal import Generation
internal import JobQueue
package import Requests

/// Carries out `generate` jobs: files in, pictures out.
package struct GenerationHandler: JobHandler {
    package let kind = JobKind.generate

    /// Creates the handler.
    package init() {}

    package func run(_ request: JobRequest, in context: JobContext) throws {
        guard case .generate(let request) = request else {
            preconditionFailure("the table gives a handler its own kind of request only")
        }
        let subjects = try request.subjects.map { subject in
            try ReferencePictures(context).subject(subject, defaultScale: request.gamma)
        }
        let foundAdapter = try request.adapter.map { location in
            try context.findAdapter(at: location, allowsChanges: request.allowsChangedModels)
        }
        let foundBase = try context.findBase(
            at: request.base,
            imageEncoder: request.imageEncoder,
            for: foundAdapter,
            allowsChanges: request.allowsChangedModels,
            precision: request.precision
        )
        let need = try context.requireMemory(on: foundBase) { isKept, available in
            try MemoryNeed(
                request,
                base: foundBase.folder,
                adapter: foundAdapter?.file,
                isKept: isKept,
                available: available
            )
        }
        let base = try context.load(foundBase)
        let adapter = try foundAdapter.map {
            try context.load($0, for: base, allowsOtherModels: request.allowsOtherBase)
        }
        let pipeline = GenerationPipeline(
            base: base,
            adapter: adapter?.adapter,
            request: request,
            subjects: subjects,
            provenance: Provenance(
                base: try base.identity(),
                adapter: adapter?.identity,
                job: context.lease.jobID
            ),
            resolvedRequest: context.resolvedPayload,
            tileSide: need.tileSide
        )
        try pipeline.run(host: context)
    }
}
