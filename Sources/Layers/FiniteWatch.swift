internal import Synchronization
package import Tensors

/// Finds the layer in which numbers stop being finite.
///
/// Each layer shows its output here. Where nobody watches, that costs a look at a task-local value.
package enum FiniteWatch {
    /// What a watch has found.
    private final class Finding: Sendable {
        /// The first layer with an output that is not finite.
        let layer = Mutex<String?>(nil)
    }

    @TaskLocal private static var finding: Finding?

    /// Runs `body`, and tells the key of the first layer that gave a number that is not finite; `nil` if
    /// none did.
    package static func watching<Result>(
        _ body: () throws -> Result
    ) rethrows -> (result: Result, layer: String?) {
        let finding = Finding()
        let result = try $finding.withValue(finding, operation: body)
        return (result, finding.layer.withLock { $0 })
    }

    /// Notes the layer of a weight if its output is the first one that is not finite.
    static func see(_ output: Tensor, of weight: Parameter) {
        guard let finding else { return }
        finding.layer.withLock { layer in
            guard layer == nil, !output.isFinite else { return }
            layer = String(weight.name.split(separator: ".").dropLast().joined(separator: "."))
        }
    }
}

extension Tensor {
    /// Whether every value is a finite number.
    package var isFinite: Bool {
        let values = span
        for index in values.indices where !values[index].isFinite { return false }
        return true
    }

    /// The same tensor, seen by whoever watches as the output of a weight's layer.
    func seen(from weight: Parameter) -> Tensor {
        FiniteWatch.see(self, of: weight)
        return self
    }
}
