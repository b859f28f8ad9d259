internal import Evaluation
internal import Foundation
internal import Generation
internal import Imaging
internal import Requests

extension JobContext {
    /// A finished generate job with its pictures, which are read when they are looked at, and, where they
    /// are wanted, its references, which are read now.
    func evaluatedJob(_ number: Int, readingReferences: Bool) throws -> EvaluatedJob {
        let artifacts = try artifacts(of: number)
        guard let record = artifacts.first(where: { $0.role == "request" }) else {
            throw EvaluationError.noPictures(job: number)
        }
        let request = try generationRequest(in: record.file, of: number)
        let decoder = ImageDecoder(limits: configuration.imageLimits)
        let pictures = try artifacts.filter { $0.role == "image" }.map { artifact in
            guard case .string(let prompt) = artifact.metadata["prompt"],
                case .integer(let seed) = artifact.metadata["seed"]
            else { throw EvaluationError.noPictures(job: number) }
            return EvaluatedPicture(
                path: artifact.file.pathComponents.suffix(2).joined(separator: "/"),
                prompt: prompt,
                seed: seed
            ) {
                try decoder.decode(contentsOf: artifact.file.path).image
            }
        }
        guard !pictures.isEmpty else { throw EvaluationError.noPictures(job: number) }
        let references =
            readingReferences
            ? try request.subjects.flatMap { subject in
                try ReferencePictures(self).subject(subject, defaultScale: request.gamma).images
            } : []
        return EvaluatedJob(number: number, references: references, pictures: pictures)
    }

    /// What a generate job was asked for, as it was recorded beside its pictures.
    private func generationRequest(in file: URL, of number: Int) throws -> GenerationRequest {
        let payload = try JSONValue(decoding: Data(contentsOf: file))
        do throws(RequestError) {
            let request = try JobRequest(kind: .generate, payload: payload, drawnSeed: 0)
            if case .generate(let generation) = request { return generation }
        } catch {
            log("job \(number) is no generate job: \(error)")
        }
        throw EvaluationError.noPictures(job: number)
    }
}
