internal import Dispatch
package import Foundation
internal import Synchronization

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// What a server answers.
package struct HTTPAnswer: Sendable {
    package let status: Int
    package let text: String

    /// Asks and waits; nil where nobody answers.
    package static func get(_ url: URL, token: String? = nil) -> HTTPAnswer? {
        let arrival = Arrival()
        var request = URLRequest(url: url)
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        let task = URLSession.shared.dataTask(with: request) { data, response, _ in
            if let data, let status = (response as? HTTPURLResponse)?.statusCode {
                let text = String(decoding: data, as: UTF8.self)
                arrival.answer.withLock { $0 = HTTPAnswer(status: status, text: text) }
            }
            arrival.isThere.signal()
        }
        task.resume()
        arrival.isThere.wait()
        return arrival.answer.withLock { $0 }
    }

    /// Where the answer arrives, on a thread of the session's own.
    private final class Arrival: Sendable {
        let answer = Mutex<HTTPAnswer?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }
}
