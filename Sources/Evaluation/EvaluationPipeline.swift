internal import Foundation
internal import Imaging
package import Requests

/// From a request to scores: pictures of jobs first, then the base's own.
package struct EvaluationPipeline {
    let judge: CLIPJudge
    let dinoJudge: DINOJudge?
    let pictures: PictureEvaluation?
    let zeroShot: ZeroShotEvaluation?
    let savesContactSheet: Bool

    /// Creates the pipeline.
    ///
    /// - Parameters:
    ///   - dinoJudge: The request's DINOv2; needed for the metric `dino`.
    ///   - jobs: The request's jobs in its order.
    ///   - painter: The request's base; needed where it asks for `zero_shot`.
    package init(
        request: EvaluationRequest,
        judge: CLIPJudge,
        dinoJudge: DINOJudge? = nil,
        jobs: [EvaluatedJob],
        painter: (any CaptionPainter)?,
        checkpointInterval: Duration = .seconds(60)
    ) {
        precondition(
            (request.zeroShot == nil) == (painter == nil),
            "captions need somebody who paints them"
        )
        precondition(
            request.metrics.contains(.dino) == (dinoJudge != nil),
            "the metric dino needs a DINOv2, and no other does"
        )
        self.judge = judge
        self.dinoJudge = dinoJudge
        savesContactSheet = request.savesContactSheet
        pictures =
            jobs.isEmpty
            ? nil
            : PictureEvaluation(
                judge: judge,
                dinoJudge: dinoJudge,
                metrics: request.metrics,
                jobs: jobs,
                seed: request.seed
            )
        if let settings = request.zeroShot, let painter {
            zeroShot = ZeroShotEvaluation(
                settings,
                seed: request.seed,
                judge: judge,
                painter: painter,
                checkpointInterval: checkpointInterval
            )
        } else {
            zeroShot = nil
        }
    }

    /// Scores everything and publishes report, tables, sheets and painted pictures.
    ///
    /// - Throws: `EvaluationError`, `ImageError`, an interruption, or whatever painter and host throw.
    package func run(host: any PipelineHost) throws {
        let pictureSteps = pictures?.pictureCount ?? 0
        let steps = pictureSteps + (zeroShot?.stepCount ?? 0)
        var report: [String: JSONValue] = [
            "judge": [
                "name": .string(judge.name), "sha256": .string(judge.sha256),
                "preparation": .string(judge.preparation),
            ]
        ]
        if let dinoJudge {
            report["dino_judge"] = [
                "name": .string(dinoJudge.name), "sha256": .string(dinoJudge.sha256),
                "preparation": .string(dinoJudge.preparation),
            ]
        }
        if let pictures {
            let result = try pictures.run(of: steps, host: host)
            report["scores"] = result.json(of: pictures.jobs.map(\.number))
            try publish(result.table, as: "scores.csv", host)
            if savesContactSheet { try publish(result.sheet, as: "contact_sheet.png", host) }
        }
        if let zeroShot {
            let result = try zeroShot.run(from: pictureSteps, of: steps, host: host)
            report["zero_shot"] = zeroShot.json(of: result)
            try publish(zeroShot.table(of: result), as: "zero_shot.csv", host)
            try publishPictures(result, zeroShot, host)
            if savesContactSheet {
                try publish(zeroShot.sheet(of: result), as: "zero_shot.png", host)
            }
        }
        let content = JSONValue.object(report)
        try host.addOutput(
            PipelineOutput(role: "report", path: "report.json", mediaType: "application/json")
        ) { file in
            try content.encoded(pretty: true).write(to: file)
        }
    }

    private func publish(_ table: CSVTable, as path: String, _ host: any PipelineHost) throws {
        let output = PipelineOutput(role: "table", path: path, mediaType: "text/csv")
        try host.addOutput(output) { file in try Data(table.text.utf8).write(to: file) }
    }

    private func publish(_ sheet: ContactSheet, as path: String, _ host: any PipelineHost) throws {
        let output = PipelineOutput(role: "contact_sheet", path: path, mediaType: "image/png")
        let bytes = try PNGEncoder.encode(sheet.image())
        try host.addOutput(output) { file in try Data(bytes).write(to: file) }
    }

    /// Every painted and rendered picture, so that anybody can judge them with another program.
    private func publishPictures(
        _ result: ZeroShotPictures,
        _ zeroShot: ZeroShotEvaluation,
        _ host: any PipelineHost
    ) throws {
        for (role, folder, files, answers) in [
            ("image", "generated", result.painted, result.paintedResult.answers),
            ("rendered", "rendered", result.rendered, result.renderedResult.answers),
        ] {
            for (index, zeroShotCase) in result.paintedResult.cases.enumerated() {
                let output = PipelineOutput(
                    role: role,
                    path: ZeroShotEvaluation.path(index, in: folder),
                    mediaType: "image/png",
                    metadata: [
                        "prompt": .string(zeroShotCase.caption),
                        "seed": .integer(zeroShot.seed + index),
                        "judged": answers[index].json,
                    ]
                )
                try host.addOutput(output) { file in try Data(files[index]).write(to: file) }
            }
        }
    }
}
