internal import Foundation
internal import Imaging
internal import Requests

extension JobContext {
    /// What makes two attempts the same work: the payload with every default written out.
    var identity: String {
        get throws { String(decoding: try resolvedPayload.encoded(), as: UTF8.self) }
    }

    /// Publishes pictures that show how far a training is, always made with the same seeds.
    func publishValidation(_ sheet: ContactSheet, step: Int) throws {
        let digits = String(step)
        let padded = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
        let output = PipelineOutput(
            role: "validation",
            path: "validation/step_\(padded).png",
            mediaType: "image/png",
            metadata: ["step": .integer(step)]
        )
        try addOutput(output) { file in
            try Data(PNGEncoder.encode(sheet.image())).write(to: file)
        }
    }
}

extension WorkerConfiguration {
    /// How much a picture file may ask for.
    var imageLimits: ImageLimits {
        ImageLimits(bytes: maximumImageBytes, pixels: maximumImagePixels)
    }
}
