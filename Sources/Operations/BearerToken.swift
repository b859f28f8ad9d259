internal import Hummingbird
internal import NIOCore

/// Lets those through who know a token; whether the process is healthy everybody may ask, as supervisors do.
struct BearerToken<Context: RequestContext>: RouterMiddleware {
    private let token: [UInt8]

    init(_ token: String) { self.token = Array(token.utf8) }

    @concurrent func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        if request.uri.path == "/healthz" || isKnown(to: request) {
            return try await next(request, context)
        }
        var headers = HTTPFields()
        headers[.wwwAuthenticate] = "Bearer"
        headers[.contentType] = "text/plain; charset=utf-8"
        return Response(
            status: .unauthorized,
            headers: headers,
            body: ResponseBody(
                byteBuffer: ByteBuffer(string: "expected Authorization: Bearer TOKEN\n")
            )
        )
    }

    /// Takes as long for a guess that begins well as for any other.
    private func isKnown(to request: Request) -> Bool {
        let parts = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        let guess = Array(parts[1].utf8)
        var difference: UInt8 = guess.count == token.count ? 0 : 1
        for (index, byte) in token.enumerated() {
            difference |= byte ^ (index < guess.count ? guess[index] : 0)
        }
        return difference == 0
    }
}
