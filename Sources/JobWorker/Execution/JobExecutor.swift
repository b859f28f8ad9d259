internal import Foundation
internal import JobQueue
internal import Logging
internal import Postgres
internal import Requests

/// Carries out one claimed job, from its row to its settled end.
struct JobExecutor {
    let worker: ComputeSurroundings

    /// The whole life of an attempt, step by step. A failed step goes straight to `settle`. Returns how it ended.
    func execute(_ row: JobRow) -> AttemptOutcome {
        var run = JobRun(row)
        let end: AttemptEnd
        do {
            try decodeRequest(&run)
            try openWorkspace(&run)
            try findResumePoint(&run)
            try runHandler(&run)
            end = .succeeded(try publishOutputs(&run))
        } catch {
            end = classify(error, run)
        }
        return settle(run, end)
    }

    private func decodeRequest(_ run: inout JobRun) throws {
        let payload = try JSONValue(parsing: run.row.params)
        guard let kind = JobKind(rawValue: run.row.kind), let handler = worker.handlers[kind] else {
            throw RequestError(
                path: "$",
                problem: "expected a kind of job that this worker runs, found \"\(run.row.kind)\""
            )
        }
        let (request, resolved) = try JobRequest.decode(
            kind: kind,
            payload: payload,
            drawnSeed: run.row.seed
        )
        let workspace = Workspace(
            job: run.row.lease.jobID,
            token: run.row.lease.token,
            workRoot: worker.configuration.workRoot,
            outputRoot: worker.configuration.outputRoot
        )
        run.request = request
        run.handler = handler
        run.context = JobContext(
            row: run.row,
            resolvedPayload: resolved,
            workspace: workspace,
            worker: worker
        )
    }

    private func openWorkspace(_ run: inout JobRun) throws {
        run.stage = "open workspace"
        try run.context?.workspace.prepare()
    }

    private func findResumePoint(_ run: inout JobRun) throws {
        run.stage = "resume"
        try run.context?.findResumePoint(from: run.row.resume)
    }

    private func runHandler(_ run: inout JobRun) throws {
        guard let handler = run.handler, let request = run.request, let context = run.context else {
            preconditionFailure("a request is decoded before it runs")
        }
        run.stage = handler.kind.rawValue
        try context.throwIfInterrupted()
        defer { worker.bases.rest() }
        try handler.run(request, in: context)
        let record = PipelineOutput(
            role: "request",
            path: "request.json",
            mediaType: "application/json"
        )
        try context.addOutput(record) { file in
            try context.resolvedPayload.encoded(pretty: true).write(to: file)
        }
    }

    /// Gives the outputs their place, unless nobody has confirmed lately that the job is still ours.
    private func publishOutputs(_ run: inout JobRun) throws -> [OutputRow] {
        run.stage = "publish outputs"
        guard let context = run.context else { return [] }
        try context.shareOutputs()
        while !worker.monitor.waitUntilConfirmed(until: .now + .seconds(5)) {
            if worker.monitor.isLost { throw PipelineInterruption.cancelled }
        }
        try context.workspace.publish()
        return context.outputs.rows(below: context.workspace.publishedPath)
    }

    private func classify(_ error: any Error, _ run: JobRun) -> AttemptEnd {
        switch error as? PipelineInterruption {
        case .cancelled: return .cancelled
        case .yielded: return .yielded
        case nil:
            let failure = FailureClassifier.failure(for: error, stage: run.stage)
            let names = run.context?.names ?? RelativeNames(worker.configuration)
            return .failed(
                JobFailure(
                    failure.failureClass,
                    stage: failure.stage,
                    text: names(failure.text)
                )
            )
        }
    }
}
