package import Testing

/// Checks the invariants of every queue of a test when the test is over.
///
/// A server that the test has stopped is not asked. A test that takes the files away itself says
/// `FaultQueue.expectInvariants` before.
package struct InvariantsTrait: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let queues = TestedQueues()
        try await TestedQueues.$current.withValue(queues) { try await function() }
        try queues.expectInvariants()
    }
}

extension Trait where Self == InvariantsTrait {
    /// The test's queues keep their invariants.
    package static var keepsInvariants: Self { InvariantsTrait() }
}
