internal import Foundation

/// What a command measured, printed as one line of JSON.
struct Timing: Encodable {
    /// The seconds of each pass after the first one, which is not counted.
    let seconds: [Double]
    /// The loss of the first step, for comparison with another program.
    let loss: Float

    /// Runs `step` once to warm up and then `repetitions` times.
    init(repetitions: Int, of step: () throws -> Float) rethrows {
        loss = try step()
        seconds = try (0..<repetitions).map { _ in
            try ContinuousClock().measure { _ = try step() } / .seconds(1)
        }
    }

    func print() throws {
        Swift.print(String(decoding: try JSONEncoder().encode(self), as: UTF8.self))
    }
}
