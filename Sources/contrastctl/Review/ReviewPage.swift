internal import JobQueue
internal import Mustache

/// A page about jobs for a browser: one HTML file without script, whose pictures are links.
struct ReviewPage {
    let jobs: [ReviewedJob]
    let links: ReviewLinks

    /// What the template reads.
    private struct Values {
        let title: String
        let jobs: [ReviewSection]
        let curveWidth = CurveDrawing.width
        let curveHeight = CurveDrawing.height
    }

    /// The page's text.
    func html() throws -> String {
        MustacheContentTypes.register(MarkupEscaping(), named: MarkupEscaping.name)
        let values = Values(
            title: jobs.count == 1
                ? "Job \(jobs[0].summary.id)"
                : "Jobs \(jobs.map { "\($0.summary.id)" }.joined(separator: ", "))",
            jobs: jobs.map { ReviewSection($0, links: links) }
        )
        return try MustacheTemplate(string: Self.template).render(values)
    }
}
