internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Shows the curves of a job.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Show the curves of a job, or the points of one."
    )

    @Argument(help: "Number of the job.")
    var id: Int

    @Option(name: .long, help: "Every point of this curve, such as loss/total.")
    var name: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let points = try connection.withQueue { queue in
            guard try queue.job(id) != nil else { throw Failure.noJob(id) }
            return try queue.metrics(of: id, name: name)
        }
        output.print(points, as: name == nil ? Self.curves : Self.points) { point in
            [
                "name": .string(point.name), "step": .integer(point.step),
                "value": .init(point.value),
            ]
        }
    }

    private static func points(_ points: [MetricPoint]) -> Table {
        Table(
            [.init("STEP", .right), .init("VALUE", .right)],
            rows: points.map { ["\($0.step)", Phrases.number($0.value)] },
            empty: "no points"
        )
    }

    private static func curves(_ points: [MetricPoint]) -> Table {
        let curves = Dictionary(grouping: points, by: \.name).sorted { $0.key < $1.key }
        return Table(
            [
                .init("CURVE"), .init("POINTS", .right), .init("STEP", .right),
                .init("FIRST", .right),
                .init("LEAST", .right), .init("LAST", .right), .init("SHAPE"),
            ],
            rows: curves.map { name, points in
                let values = points.map(\.value)
                return [
                    name, "\(points.count)", points.last.map { "\($0.step)" } ?? "",
                    values.first.map(Phrases.number) ?? "", values.min().map(Phrases.number) ?? "",
                    values.last.map(Phrases.number) ?? "", Phrases.sparkline(values),
                ]
            },
            empty: "no metrics"
        )
    }
}
