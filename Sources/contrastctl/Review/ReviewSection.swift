internal import Foundation
internal import JobQueue
internal import Requests

/// One job as the template of the review page reads it: every value a text, a flag or a list of such.
struct ReviewSection {
    /// A line of small print: what, and its value.
    struct Fact {
        let name: String
        let value: String
    }

    /// A picture and what stands below it.
    struct Picture {
        let link: String
        let words: String
        let caption: String
    }

    /// A row of the table of attempts.
    struct Attempt {
        let number: Int
        let worker: String
        let steps: String
        let took: String
        let outcome: String
        let error: String?
    }

    /// A row of the table of files.
    struct File {
        let link: String
        let name: String
        let role: String
        let size: String
        let hash: String
    }

    let id: Int
    let kind: String
    let state: String
    /// Progress in percent, while it runs.
    let percent: Int?
    let reason: String?
    let facts: [Fact]
    let warnings: [String]
    let sheets: [Picture]
    let pictures: Gathering<Picture>?
    let validation: Gathering<Picture>?
    let masks: Gathering<Picture>?
    let curves: Gathering<CurveDrawing>?
    let payload: String
    let attempts: Gathering<Attempt>?
    let files: Gathering<File>?
    let log: Gathering<Fact>?
    /// What to do next where there is nothing to see yet.
    let hint: String?
}
