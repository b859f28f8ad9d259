import Foundation
import Logging
import Operations
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The endpoints over a real socket.
@Suite struct OperationsServerTests {
    /// Starts a server that says what it is told, on a plain thread: its own tasks need those of the pool.
    private static func start(
        port: Int = 0,
        token: String? = nil,
        problems: [String] = [],
        obstacles: [String] = []
    ) async -> Result<Int, OperationsServerError> {
        let server = OperationsServer(
            host: "127.0.0.1",
            port: port,
            token: token,
            answers: OperationsAnswers(
                problems: { problems },
                obstacles: { obstacles },
                status: { #"{"state": "idle"}"# },
                metrics: { "jobs_total 3\n" }
            ),
            logger: Logger(label: "tests")
        )
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    returning: Result { () throws(OperationsServerError) in
                        try server.start()
                    }
                )
            }
        }
    }

    private static func get(
        _ path: String,
        at port: Int,
        method: String = "GET",
        authorization: String? = nil
    ) async throws -> (status: Int, text: String, type: String?) {
        let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
        var request = URLRequest(url: url)
        request.httpMethod = method
        // The server answers from the pool that all tests share; on a busy machine it waits for its turn.
        request.timeoutInterval = 1_200
        request.setValue(authorization, forHTTPHeaderField: "Authorization")
        let (data, response) = try await URLSession.shared.data(for: request)
        let answer = try #require(response as? HTTPURLResponse)
        return (
            answer.statusCode, String(decoding: data, as: UTF8.self),
            answer.value(forHTTPHeaderField: "Content-Type")
        )
    }

    @Test func eachEndpointTellsItsPart() async throws {
        let port = try await Self.start(obstacles: ["it drains", "the disk is full"]).get()
        let health = try await Self.get("/healthz", at: port)
        #expect(health == (200, "ok\n", "text/plain; charset=utf-8"))
        let readiness = try await Self.get("/readyz", at: port)
        #expect(readiness.status == 503)
        #expect(readiness.text == "it drains\nthe disk is full\n")
        let status = try await Self.get("/status", at: port)
        #expect(status.text == "{\"state\": \"idle\"}\n")
        #expect(status.type == "application/json; charset=utf-8")
        let metrics = try await Self.get("/metrics", at: port)
        #expect(metrics.text == "jobs_total 3\n")
        #expect(metrics.type == "text/plain; version=0.0.4; charset=utf-8")
        #expect(try await Self.get("/", at: port).text.contains("/metrics"))
        #expect(try await Self.get("/healthz", at: port, method: "HEAD").status == 200)
        #expect(try await Self.get("/etc/passwd", at: port).status == 404)
        #expect(try await Self.get("/status", at: port, method: "POST").status == 404)
    }

    @Test func whoeverDoesNotKnowTheTokenHearsOfHealthAlone() async throws {
        let token = "0123456789abcdef"
        let port = try await Self.start(token: token).get()
        #expect(try await Self.get("/healthz", at: port).status == 200)
        for path in [
            "/readyz", "/status", "/metrics", "/", "/none", "//healthz", "/healthz/../status",
        ] {
            for wrong in [
                nil, "", "Bearer", "Bearer ", "Bearer 0123456789abcdeg", "Bearer 0123456789abcde",
                "Bearer \(token)0", "Basic \(token)", token,
            ] {
                let answer = try await Self.get(path, at: port, authorization: wrong)
                #expect([401, 404].contains(answer.status), "\(path) \(wrong ?? "")")
                #expect(!answer.text.contains("jobs_total") && !answer.text.contains("state"))
            }
        }
        for right in ["Bearer \(token)", "bearer \(token)"] {
            let metrics = try await Self.get("/metrics", at: port, authorization: right)
            #expect(metrics.status == 200 && metrics.text == "jobs_total 3\n")
        }
    }

    @Test func aSickProcessSaysSo() async throws {
        let port = try await Self.start(problems: ["the lease keeper stands still"]).get()
        let health = try await Self.get("/healthz", at: port)
        #expect(health.status == 503)
        #expect(health.text == "the lease keeper stands still\n")
    }

    @Test func aTakenPortIsOneSentence() async throws {
        let port = try await Self.start().get()
        let second = await Self.start(port: port)
        let error = try #require(throws: OperationsServerError.self) { try second.get() }
        #expect(error.description.hasPrefix("expected 127.0.0.1:\(port) to be free to listen on"))
    }
}
