import Foundation
import Testing

@testable import JobQueue
@testable import contrastctl

/// The page about jobs, read as a browser reads it.
@Suite
struct ReviewPageTests {
    @Test
    func `Nothing that a job says becomes markup`() throws {
        let hostile = "</pre><script>alert(1)</script>\"\u{301} onerror=\"alert(2)\u{202E}"
        let html = try page(
            [
                Self.job(
                    state: .failed,
                    reason: hostile,
                    warnings: [hostile],
                    params: "{\"prompt\":\(Self.quoted(hostile))}"
                )
            ],
            outputs: [
                OutputRow(
                    index: 0,
                    role: "image",
                    path: "1/1/images/a\"><script>.png",
                    sha256: String(repeating: "0", count: 64),
                    byteCount: 1,
                    mediaType: "image/png",
                    metadata: "{\"seed\":7,\"prompt\":\(Self.quoted(hostile))}"
                )
            ],
            metrics: [MetricPoint(name: hostile, step: 1, value: 2)]
        )
        #expect(!html.contains("<script"))
        #expect(!html.unicodeScalars.contains("\u{202E}"))
        // Scalar by scalar: an accent behind a quotation mark does not hide it.
        let scalars = Array(html.unicodeScalars)
        let accents = scalars.indices.filter { scalars[$0] == "\u{301}" }
        #expect(!accents.isEmpty)
        for index in accents { #expect(scalars[index - 1] == ";") }
    }

    @Test
    func `Pictures are relative links with words`() throws {
        let html = try page(
            [Self.job()],
            outputs: [Self.image("12/3/images/0000_s7.png")],
            folder: "my outputs"
        )
        #expect(html.contains("<img src=\"my%20outputs/12/3/images/0000_s7.png\""))
        #expect(html.contains("alt=\"Picture, seed 7 · a dog on the beach\""))
        #expect(html.contains("<figcaption>seed 7 · a dog on the beach</figcaption>"))
    }

    @Test
    func `An address in place of a path stays a path`() {
        #expect(
            ReviewLinks(outputs: "").link(to: "javascript:alert(1)") == "javascript%3Aalert%281%29"
        )
        #expect(ReviewLinks(outputs: "/srv/o").link(to: "1/é.png") == "/srv/o/1/%C3%A9.png")
    }

    @Test
    func `There is no heading without what belongs below it`() throws {
        let html = try page([Self.job(state: .ready)])
        for absent in ["<h3>", "<table", "<img", "class=\"warning\""] {
            #expect(!html.contains(absent), "\(absent)")
        }
        #expect(html.contains("write the page again"))
    }

    @Test
    func `A page holds several jobs`() throws {
        let html = try page([Self.job(id: 3), Self.job(id: 4)])
        #expect(html.contains("<title>Jobs 3, 4 · CustomContrast</title>"))
        #expect(html.contains("<article id=\"job-3\">"))
        #expect(html.contains("<article id=\"job-4\">"))
    }

    @Test
    func `A curve goes from the left edge to the right, its top the largest value`() throws {
        let points = [(10, 4.0), (20, .nan), (30, 0)].map {
            MetricPoint(name: "loss", step: $0.0, value: $0.1)
        }
        let curve = try #require(CurveDrawing(name: "loss", points: points))
        #expect(curve.path == "M0.0 2.0L240.0 58.0")
        #expect(curve.words == "loss: from 4 at step 10 to 0 at step 30, between 0 and 4")
    }

    @Test
    func `A curve without a finite value is left out`() {
        let points = [MetricPoint(name: "loss", step: 1, value: .infinity)]
        #expect(CurveDrawing.all(points).isEmpty)
    }

    @Test
    func `A long curve is thinned, and a lone point is seen`() throws {
        let long = (0..<10_000).map { MetricPoint(name: "a", step: $0, value: Double($0)) }
        let curve = try #require(CurveDrawing(name: "a", points: long))
        #expect(curve.path.count(where: { $0 == "L" }) == CurveDrawing.width - 1)
        let one = try #require(CurveDrawing(name: "a", points: [long[5]]))
        #expect(one.path == "M0.0 30.0h2")
    }

    private func page(
        _ jobs: [JobSummary],
        outputs: [OutputRow] = [],
        metrics: [MetricPoint] = [],
        folder: String = "outputs"
    ) throws -> String {
        let reviewed = jobs.map {
            ReviewedJob(summary: $0, attempts: [], outputs: outputs, metrics: metrics, log: [])
        }
        return try ReviewPage(jobs: reviewed, links: ReviewLinks(outputs: folder)).html()
    }

    private static func image(_ path: String) -> OutputRow {
        OutputRow(
            index: 0,
            role: "image",
            path: path,
            sha256: String(repeating: "a", count: 64),
            byteCount: 5000,
            mediaType: "image/png",
            metadata: "{\"seed\":7,\"prompt\":\"a dog on the beach\"}"
        )
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\"", with: "\\\"") + "\""
    }

    private static func job(
        id: Int = 12,
        state: JobState = .succeeded,
        reason: String? = nil,
        warnings: [String] = [],
        params: String = "{}"
    ) -> JobSummary {
        JobSummary(
            id: id,
            kind: "generate",
            owner: "alice",
            state: state,
            priority: 0,
            percent: nil,
            step: nil,
            stepCount: nil,
            note: nil,
            worker: nil,
            host: nil,
            reason: reason,
            warnings: warnings,
            attempts: 0,
            failures: 0,
            crashes: 0,
            yields: 0,
            isHeldBack: false,
            isCancelling: false,
            secondsSinceBeat: nil,
            idempotencyKey: nil,
            createdAt: Date(timeIntervalSince1970: 0),
            runAt: Date(timeIntervalSince1970: 0),
            startedAt: nil,
            finishedAt: nil,
            params: params,
            seed: 1
        )
    }
}
