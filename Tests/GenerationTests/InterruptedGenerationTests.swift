import Foundation
import Requests
import TestSupport
import Testing

@testable import Generation

/// A job that is given back in the middle and goes on: the same files, and no picture made twice.
struct InterruptedGenerationTests {
    private static let members: [String: JSONValue] = [
        "prompt": nil, "prompts": ["a photo of a dog", "a dog on the beach"], "count": 2,
        "save_masks": true,
    ]

    private func files(_ host: RecordingHost) -> [String: Data] {
        Dictionary(host.outputs.map { ($0.output.path, $0.content) }) { $1 }
    }

    /// Stops in the first, a middle and the last picture, and between two; three steps make a picture.
    @Test(arguments: [(2, 0), (3, 1), (5, 1), (6, 2), (11, 3)])
    func goesOnWithTheNextPicture(stop: Int, finished: Int) throws {
        let job = try TinyJob()
        let whole = try job.run(Self.members)
        let first = try RecordingHost(stoppingAt: (stop, .yielded))
        #expect(throws: PipelineInterruption.yielded) { try job.run(Self.members, on: first) }
        // The step that ends a picture asks first, and nothing has been decoded then.
        let saved = stop.isMultiple(of: 3) ? finished - 1 : finished
        #expect(first.checkpoints.map(\.step) == (saved > 0 ? [3 * saved] : []))

        let second = try RecordingHost(after: first)
        try job.run(Self.members, on: second)
        #expect(files(second) == files(whole))
        #expect(second.outputs.map(\.output.path) == whole.outputs.map(\.output.path))
        #expect(second.progress.first?.step == 3 * saved + 1)
        #expect(second.logs.contains("Goes on after picture \(saved).") == (saved > 0))
    }

    @Test func finishesThePictureInHandWhereThereIsTime() throws {
        let job = try TinyJob()
        let patient = try RecordingHost(stoppingAt: (4, .yielded), patience: .seconds(3600))
        #expect(throws: PipelineInterruption.yielded) {
            try job.run(["count": 3], on: patient)
        }
        #expect(patient.progress.last?.step == 6)
        // The first checkpoint is there before the picture is finished: the time may be over sooner.
        #expect(patient.checkpoints.map(\.step) == [3, 6])
        #expect(patient.outputs("image").count == 2)
    }

    /// The sheet of a job whose last picture is done takes no time.
    @Test func theLastPictureIsFollowedByTheSheet() throws {
        let patient = try RecordingHost(stoppingAt: (4, .yielded), patience: .seconds(3600))
        try TinyJob().run(["count": 2], on: patient)
        #expect(
            patient.outputs.map(\.output.role) == ["image", "image", "contact_sheet", "request"]
        )
    }

    @Test func cancelledJobsSaveNothing() throws {
        let host = try RecordingHost(stoppingAt: (4, .cancelled), patience: .seconds(3600))
        #expect(throws: PipelineInterruption.cancelled) {
            try TinyJob().run(["count": 3], on: host)
        }
        #expect(host.checkpoints.isEmpty && host.progress.last?.step == 4)
    }

    @Test func savesByTime() throws {
        let host = try RecordingHost()
        let job = try TinyJob()
        try job.run(["count": 3], on: host, checkpointInterval: .zero)
        #expect(host.checkpoints.map(\.step) == [3, 6], "nothing is left to save after the last")
        // As if it had been killed in the third picture.
        let second = try RecordingHost(after: host)
        try job.run(["count": 3], on: second)
        #expect(files(second) == files(host))
        #expect(second.progress.map(\.step) == [7, 8, 9])
    }

    @Test func refusesAnotherRequestsPictures() throws {
        let job = try TinyJob()
        let first = try RecordingHost(stoppingAt: (4, .yielded))
        #expect(throws: PipelineInterruption.yielded) { try job.run(["count": 2], on: first) }
        #expect(throws: GenerationError.foreignCheckpoint) {
            try job.run(["count": 2, "seed": 8], on: RecordingHost(after: first))
        }
    }
}
