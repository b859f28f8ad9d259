internal import Foundation
internal import Requests

/// Keeps the pictures of a job from one attempt to the next.
///
/// The pictures themselves are outputs, which the host keeps with a checkpoint; the checkpoint says how many
/// there are, and of which request.
struct PictureCheckpoints {
    /// What a checkpoint's one file says.
    private struct Content: Codable {
        let pictureCount: Int
        /// The request with every default written out.
        let request: String
    }

    private static let fileName = "pictures.json"

    /// Finished pictures that the newest checkpoint has.
    private(set) var savedCount: Int
    private let host: any PipelineHost
    private let request: String
    private let interval: Duration
    private let stepsPerPicture: Int
    private let pictureCount: Int
    private var savedAt = ContinuousClock.now

    /// Begins where the host's resume point is.
    ///
    /// - Parameters:
    ///   - request: The request with every default written out.
    ///   - interval: The longest time with a finished picture that no checkpoint has.
    ///   - stepsPerPicture: Steps of the sampler.
    ///   - pictureCount: Pictures of the whole job.
    /// - Throws: `GenerationError.foreignCheckpoint`, or what reading the file throws.
    init(
        request: JSONValue,
        interval: Duration,
        stepsPerPicture: Int,
        pictureCount: Int,
        host: any PipelineHost
    ) throws {
        self.request = String(decoding: try request.encoded(), as: UTF8.self)
        self.host = host
        self.interval = interval
        self.stepsPerPicture = stepsPerPicture
        self.pictureCount = pictureCount
        savedCount = 0
        guard let folder = host.resumePoint?.folder else { return }
        let file = folder.appending(path: PictureCheckpoints.fileName)
        let content = try JSONDecoder().decode(Content.self, from: Data(contentsOf: file))
        guard content.request == self.request else { throw GenerationError.foreignCheckpoint }
        savedCount = content.pictureCount
    }

    /// Saves when it is time, and gives the job back if that is wanted, after `count` finished pictures. After
    /// the last one there is no need: what is left takes no time.
    mutating func pictureDone(_ count: Int) throws {
        guard count < pictureCount else { return }
        try stepDone(finished: count, remaining: nil)
        if savedAt + interval <= .now { try save(count) }
    }

    /// Gives the job back if that is wanted and the picture in hand cannot be waited for.
    ///
    /// - Parameters:
    ///   - count: The pictures finished so far; saved before anything else.
    ///   - remaining: The time until the picture in hand is finished; `nil` between two pictures.
    mutating func stepDone(finished count: Int, remaining: Duration?) throws {
        guard let interruption = host.interruption else { return }
        guard interruption == .yielded else { throw interruption }
        try save(count)
        if let remaining, remaining <= host.patience { return }
        throw interruption
    }

    private mutating func save(_ count: Int) throws {
        guard count > savedCount else { return }
        let content = Content(pictureCount: count, request: request)
        try host.saveCheckpoint(step: count * stepsPerPicture) { folder in
            try JSONEncoder().encode(content)
                .write(to: folder.appending(path: PictureCheckpoints.fileName))
        }
        (savedAt, savedCount) = (.now, count)
    }
}
