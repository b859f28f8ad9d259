internal import Imaging
internal import Requests

extension ZeroShotEvaluation {
    /// The longest side of a picture on the sheet in pixels, pairs in a row, and pairs on the sheet.
    private static let sheetSide = 128
    private static let pairsPerRow = 6
    private static let sheetLimit = 256

    /// Where a picture lies below the job's outputs.
    static func path(_ index: Int, in folder: String) -> String {
        let digits = String(index)
        return "\(folder)/" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            + ".png"
    }

    /// As the report has it: what was asked, the figures, and every answer.
    func json(of pictures: ZeroShotPictures) -> JSONValue {
        let rows = pictures.paintedResult.cases.enumerated().map { index, zeroShotCase in
            JSONValue.object([
                "index": .integer(index),
                "seed": .integer(seed + index),
                "caption": .string(zeroShotCase.caption),
                "class": .string(label(.subjectClass, of: zeroShotCase)),
                "scene": .string(label(.scene, of: zeroShotCase)),
                "generated": pictures.paintedResult.answers[index].json,
                "rendered": pictures.renderedResult.answers[index].json,
            ])
        }
        return [
            "base": ["name": .string(painter.name), "sha256": .string(painter.sha256)],
            "settings": [
                "count": .integer(settings.count),
                "split": .string(settings.split.rawValue),
                "prompts": .string(settings.prompts.rawValue),
                "steps": .integer(settings.steps),
                "sampler": .string(settings.sampler.rawValue),
                "guidance_scale": .number(Double(settings.guidanceScale)),
                "seed": .integer(seed),
            ],
            "generated": pictures.paintedResult.json,
            "rendered": pictures.renderedResult.json,
            "pictures": .array(rows),
        ]
    }

    /// A row per caption.
    func table(of pictures: ZeroShotPictures) -> CSVTable {
        var table = CSVTable(header: [
            "index", "seed", "caption", "class", "scene",
            "generated_class", "generated_scene", "generated_clip_t",
            "rendered_class", "rendered_scene", "rendered_clip_t",
        ])
        for (index, zeroShotCase) in pictures.paintedResult.cases.enumerated() {
            let answers = pictures.results.map { $0.result.answers[index] }
            table.add(
                [
                    "\(index)", "\(seed + index)", zeroShotCase.caption,
                    label(.subjectClass, of: zeroShotCase), label(.scene, of: zeroShotCase),
                ]
                    + answers.flatMap { answer in
                        [answer.label(.subjectClass), answer.label(.scene), "\(answer.clipT)"]
                    }
            )
        }
        return table
    }

    /// Pairs of the rendered picture with its caption and the painted one with what the judge saw in it.
    func sheet(of pictures: ZeroShotPictures) throws -> ContactSheet {
        let shown = pictures.paintedResult.cases.indices.prefix(Self.sheetLimit)
        let cells = try shown.flatMap { index in
            let zeroShotCase = pictures.paintedResult.cases[index]
            return [
                ContactSheet.Cell(
                    try fitted(pictures.rendered[index]),
                    label: zeroShotCase.caption
                ),
                ContactSheet.Cell(
                    try fitted(pictures.painted[index]),
                    label: words(pictures.paintedResult.answers[index], zeroShotCase)
                ),
            ]
        }
        return ContactSheet(
            cells: cells,
            columns: 2 * Self.pairsPerRow,
            cellSide: Self.sheetSide,
            labelLines: 5
        )
    }

    private func label(_ question: ZeroShotQuestion, of zeroShotCase: ZeroShotCase) -> String {
        question.labels[zeroShotCase.truth(question)]
    }

    private func fitted(_ file: [UInt8]) throws -> RGBImage {
        try ImageDecoder().decode(file).image.fitted(within: Self.sheetSide)
    }

    /// What the judge saw, with what it should have seen where that is something else.
    private func words(_ answer: ZeroShotAnswer, _ zeroShotCase: ZeroShotCase) -> String {
        let parts = ZeroShotQuestion.allCases.map { question in
            let (found, expected) = (answer.label(question), label(question, of: zeroShotCase))
            return found == expected ? found : "\(found) (not \(expected))"
        }
        return "seed \(seed + zeroShotCase.index) \(parts.joined(separator: ", ")) "
            + "clip_t \((answer.clipT * 1000).rounded() / 1000)"
    }
}
