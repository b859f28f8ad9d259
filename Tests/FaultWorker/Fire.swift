import Foundation
import Synchronization

/// Threads that compute for nothing, two on each core.
final class Fire: Sendable {
    private let isBurning = Atomic(true)

    init() {
        for _ in 0..<2 * ProcessInfo.processInfo.activeProcessorCount {
            Thread.detachNewThread { [self] in
                while isBurning.load(ordering: .relaxed) {}
            }
        }
    }

    func end() { isBurning.store(false, ordering: .relaxed) }
}
