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
        let jobs = try request.jobs.map { number in
            try context.evaluatedJob(
                number,
                readingReferences: request.metrics.contains(.clipI)
            )
        }
        let judge = try CLIPJudge(
            folder: context.location(of: request.judge, in: context.models),
            name: request.judge.description
        )
        let painter = try request.zeroShot.map { settings in
            try BasePainter(
                BaseModel(
                    folder: context.location(of: request.base, in: context.models),
                    name: request.base.description
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
