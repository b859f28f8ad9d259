internal import Evaluation
internal import Generation
package import Requests

/// Carries out `evaluate` jobs: pictures in, scores out.
package struct EvaluationHandler: JobHandler {
    package let kind = JobKind.evaluate

    /// Creates the handler.
    package init() {}

    package func run(_ request: JobRequest, in context: JobContext) throws {
        guard case .evaluate(let request) = request else {
            preconditionFailure("the table gives a handler its own kind of request only")
        }
        context.bases.clear()
        let jobs = try request.jobs.map { number in
            try context.evaluatedJob(
                number,
                readingReferences: request.metrics.contains(.clipI)
            )
        }
        let judge = try CLIPJudge(
            folder: context.model(
                at: request.judge,
                allowsChanges: request.allowsChangedModels
            ).url,
            name: request.judge.description
        )
        try context.record(
            ArtifactIdentity(name: judge.name, sha256: judge.sha256),
            as: "judge"
        )
        let painter = try request.zeroShot.map { settings in
            try BasePainter(
                context.load(
                    context.findBase(
                        at: request.base,
                        for: nil,
                        allowsChanges: request.allowsChangedModels
                    )
                ),
                settings
            )
        }
        let pipeline = EvaluationPipeline(
            request: request,
            judge: judge,
            jobs: jobs,
            painter: painter
        )
        try pipeline.run(host: context)
    }
}
