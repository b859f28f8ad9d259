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
                readingReferences: request.metrics.contains { $0 != .clipT }
            )
        }
        let judgeFolder = try context.model(
            at: request.judge,
            allowsChanges: request.allowsChangedModels
        ).url
        let dinoFolder = try request.dinoJudge.map { location in
            try context.model(at: location, allowsChanges: request.allowsChangedModels).url
        }
        let foundBase = try request.zeroShot.map { _ in
            try context.findBase(
                at: request.base,
                for: nil,
                allowsChanges: request.allowsChangedModels
            )
        }
        try context.requireMemory(
            MemoryNeed(
                request,
                judge: judgeFolder,
                dinoJudge: dinoFolder,
                base: foundBase?.folder,
                pictureCount: jobs.reduce(0) { $0 + $1.pictures.count }
            )
        )
        let judge = try CLIPJudge(folder: judgeFolder, name: request.judge.description)
        try context.record(
            ArtifactIdentity(name: judge.name, sha256: judge.sha256),
            as: "judge"
        )
        var dinoJudge: DINOJudge?
        if let location = request.dinoJudge, let dinoFolder {
            let judge = try DINOJudge(folder: dinoFolder, name: location.description)
            let identity = ArtifactIdentity(name: judge.name, sha256: judge.sha256)
            try context.record(identity, as: "dino_judge")
            dinoJudge = judge
        }
        var painter: BasePainter?
        if let settings = request.zeroShot, let foundBase {
            painter = try BasePainter(context.load(foundBase), settings)
        }
        let pipeline = EvaluationPipeline(
            request: request,
            judge: judge,
            dinoJudge: dinoJudge,
            jobs: jobs,
            painter: painter
        )
        try pipeline.run(host: context)
    }
}
