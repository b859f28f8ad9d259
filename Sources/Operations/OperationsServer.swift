internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore

/// The HTTP endpoints for those who run workers: `/healthz`, `/readyz`, `/status` and `/metrics`.
///
/// It only tells, knows no users and says nothing of what jobs are about; by default nobody but this
/// machine reaches it, and others need a token.
package struct OperationsServer: Sendable {
    /// Connections at a time; who comes later waits.
    private static let maximumConnections = 32

    private let host: String
    private let port: Int
    private let token: String?
    private let answers: OperationsAnswers
    private let logger: Logger

    /// - Parameters:
    ///   - host: Address to listen on.
    ///   - port: 0 takes a free one.
    ///   - token: What those have to know who ask for more than `/healthz`; nil lets everybody ask.
    package init(
        host: String,
        port: Int,
        token: String? = nil,
        answers: OperationsAnswers,
        logger: Logger
    ) {
        self.token = token
        self.host = host
        self.port = port
        self.answers = answers
        // Requests come every few seconds, for ever.
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        self.logger = logger
    }

    /// Listens, and answers until the process ends; returns the port. Call it on a plain thread.
    package func start() throws(OperationsServerError) -> Int {
        let start = ServerStart()
        let application = Application(
            router: router,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8 << 10,
                        maxHeaderListSize: 16 << 10,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections)
            ),
            onServerRunning: { start.decide(.success($0.localAddress?.port ?? 0)) },
            logger: logger
        )
        let place = "\(host):\(port)"
        let logger = logger
        Task.detached {
            do {
                try await application.run()
            } catch {
                let text = "expected \(place) to be free to listen on, found: \(error)"
                start.decide(.failure(OperationsServerError(description: text)))
                logger.error("the endpoints have ended", metadata: ["error": "\(error)"])
            }
        }
        return try start.wait()
    }

    private var router: Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        if let token { router.add(middleware: BearerToken(token)) }
        let answers = answers
        router.get("healthz") { _, _ in Self.verdict(answers.problems()) }
        router.get("readyz") { _, _ in Self.verdict(answers.obstacles()) }
        router.get("status") { _, _ in
            Self.response(answers.status() + "\n", "application/json; charset=utf-8")
        }
        router.get("metrics") { _, _ in
            Self.response(answers.metrics(), PrometheusText.mediaType)
        }
        router.get("/") { _, _ in Self.response("/healthz\n/readyz\n/status\n/metrics\n") }
        return router
    }

    /// `ok`, or 503 with a line for each reason.
    private static func verdict(_ reasons: [String]) -> Response {
        reasons.isEmpty
            ? response("ok\n")
            : response(
                reasons.map { $0 + "\n" }.joined(),
                status: .serviceUnavailable
            )
    }

    private static func response(
        _ text: String,
        _ mediaType: String = "text/plain; charset=utf-8",
        status: HTTPResponse.Status = .ok
    ) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = mediaType
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
