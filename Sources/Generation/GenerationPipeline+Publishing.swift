internal import CustomContrast
internal import Foundation
internal import Imaging
internal import Requests
internal import Tensors

extension GenerationPipeline {
    /// The most pixels of a sheet's pictures together.
    private static let sheetPixels = 64e6

    /// Writes a picture, and its masks if asked for.
    func publish(_ picture: GeneratedPicture, host: any PipelineHost) throws {
        let metadata: [String: JSONValue] = [
            "seed": .integer(picture.seed),
            "prompt": .string(picture.prompt),
            "width": .integer(picture.image.width),
            "height": .integer(picture.image.height),
        ]
        try host.addOutput(
            PipelineOutput(
                role: "image",
                path: GeneratedPicture.path(index: picture.index, seed: picture.seed),
                mediaType: "image/png",
                metadata: metadata
            )
        ) { file in
            let bytes = try PNGEncoder.encode(picture.image, texts: try texts(of: picture))
            try Data(bytes).write(to: file)
        }
        for (subject, mask) in picture.masks.enumerated() {
            guard let values = mask.current else { continue }
            try host.addOutput(
                PipelineOutput(
                    role: "location_mask",
                    path: "masks/\(picture.name)_subject\(subject + 1).png",
                    mediaType: "image/png",
                    metadata: ["seed": .integer(picture.seed), "subject": .integer(subject)]
                )
            ) { file in
                let mask = try Mask(
                    width: values.shape[2],
                    height: values.shape[1],
                    floats: values.values
                )
                try Data(PNGEncoder.encode(mask)).write(to: file)
            }
        }
    }

    /// The first `count` pictures, which an earlier attempt has published, as the sheet needs them.
    func earlierPictures(
        _ count: Int,
        within side: Int,
        host: any PipelineHost
    ) throws -> [GeneratedPicture] {
        if count > 0 { host.log("Goes on after picture \(count).") }
        guard request.savesContactSheet else { return [] }
        return try (0..<count).map { index in
            let seed = request.seed + index
            guard let file = host.outputFile(GeneratedPicture.path(index: index, seed: seed)) else {
                throw GenerationError.foreignCheckpoint
            }
            return GeneratedPicture(
                image: try ImageDecoder().decode(contentsOf: file.path).image,
                index: index,
                seed: seed,
                prompt: request.text(of: request.prompts[index / request.count]),
                masks: []
            )
            .fitted(within: side)
        }
    }

    /// Writes one sheet: a row per prompt, the references on its left.
    func publishSheet(
        _ pictures: [GeneratedPicture],
        cellSide: Int,
        host: any PipelineHost
    ) throws {
        guard request.savesContactSheet else { return }
        let references = subjects.flatMap { subject in
            subject.images.map { ContactSheet.Cell($0, label: subject.className) }
        }
        let rows = stride(from: 0, to: pictures.count, by: request.count).map { first in
            let row = pictures[first..<min(first + request.count, pictures.count)]
            return references
                + row.map { picture in
                    ContactSheet.Cell(
                        picture.image,
                        label: "seed \(picture.seed) \(picture.prompt)"
                    )
                }
        }
        let sheet = ContactSheet(rows: rows, cellSide: cellSide).image()
        try host.addOutput(
            PipelineOutput(role: "contact_sheet", path: "contact_sheet.png", mediaType: "image/png")
        ) { file in
            try Data(PNGEncoder.encode(sheet)).write(to: file)
        }
    }

    /// The longest side of a picture on the sheet, in pixels. Pictures wait for the sheet in memory, so a
    /// large number of them is kept small.
    func sheetSide(of size: PictureSize, pictureCount: Int) -> Int {
        let largest = (GenerationPipeline.sheetPixels / Double(pictureCount)).squareRoot()
        return max(128, min(size.width, Int(largest)), min(size.height, Int(largest)))
    }

    /// What the PNG file tells about how the picture was made.
    private func texts(of picture: GeneratedPicture) throws -> [PNGText] {
        if request.pngMetadata == .none { return [] }
        var extras: [(name: String, value: String)] = [
            ("RNG", request.randomStream.rawValue)
        ]
        if request.precision != .float32 {
            extras.append(("Precision", request.precision.rawValue))
        }
        if let adapter = provenance.adapter {
            extras.append(("Adapter", adapter.name))
            extras.append(("Adapter hash", adapter.shortHash))
            extras.append(("Gamma", "\(request.gamma)"))
        }
        let parameters = InfoText(
            prompt: picture.prompt,
            negativePrompt: request.negativePrompt ?? "",
            steps: request.steps,
            sampler: request.sampler.webUIName,
            guidanceScale: request.guidanceScale,
            seed: UInt64(picture.seed),
            width: picture.image.width,
            height: picture.image.height,
            model: provenance.base.name,
            modelHash: provenance.base.shortHash,
            extras: extras
        )
        let parametersText = PNGText(keyword: "parameters", text: parameters.text)
        if request.pngMetadata == .parameters { return [parametersText] }
        let job: JSONValue = [
            "seed": .integer(picture.seed),
            "job": provenance.job.map { .integer($0) } ?? .null,
            "base_sha256": .string(provenance.base.sha256),
            "adapter_sha256": provenance.adapter.map { .string($0.sha256) } ?? .null,
            "request": resolvedRequest,
        ]
        return [
            parametersText,
            PNGText(
                keyword: "customcontrast",
                text: String(decoding: try job.encoded(), as: UTF8.self)
            ),
        ]
    }
}
