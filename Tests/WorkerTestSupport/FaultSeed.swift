internal import Foundation

/// Where the moments of faults come from: the same ones in every run, others with another `CONTRAST_TEST_SEED`.
///
/// Moments are counted in steps, calls and bytes, never in seconds, so that a busy machine has the same ones.
package enum FaultSeed {
    /// The seed of this run.
    package static let value =
        ProcessInfo.processInfo.environment["CONTRAST_TEST_SEED"].flatMap { UInt64($0) } ?? 1

    /// A generator of one test's own.
    package static func generator(for test: String = #function) -> SeededGenerator {
        // FNV-1a, which is the same in every process.
        let name = test.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
        return SeededGenerator(state: name ^ value)
    }

    /// One number of a range, for a test that needs no more.
    package static func moment(in range: ClosedRange<Int>, for test: String = #function) -> Int {
        var generator = generator(for: test)
        return .random(in: range, using: &generator)
    }
}
