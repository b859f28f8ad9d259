/// The sum of the gradients that have reached each entry so far.
package struct GradientAccumulator {
    private(set) var gradients: [ObjectIdentifier: Tensor] = [:]

    /// Adds `gradient` to what `entry` has received.
    package mutating func add(_ gradient: Tensor, to entry: TapeEntry) {
        let key = ObjectIdentifier(entry)
        let constant = gradient.detached
        gradients[key] = gradients[key].map { Tensor.sum(of: $0, and: constant) } ?? constant
    }

    /// Removes and returns what `entry` has received.
    mutating func take(_ entry: TapeEntry) -> Tensor? {
        gradients.removeValue(forKey: ObjectIdentifier(entry))
    }

    /// Walks back from `output`, which has the gradient `seed`, to the leaves, youngest entry first.
    package mutating func propagate(from output: TapeEntry, seed: Tensor) {
        add(seed, to: output)
        for entry in GradientAccumulator.entries(reachedFrom: output) {
            guard let rule = entry.rule, let upstream = take(entry) else { continue }
            rule(upstream, &self)
        }
    }

    /// All entries `output` depends on and itself, youngest first; a loop, because chains are deep.
    private static func entries(reachedFrom output: TapeEntry) -> [TapeEntry] {
        var seen: Set<ObjectIdentifier> = [ObjectIdentifier(output)]
        var pending = [output]
        var reached: [TapeEntry] = []
        while let entry = pending.popLast() {
            reached.append(entry)
            for input in entry.inputs where seen.insert(ObjectIdentifier(input)).inserted {
                pending.append(input)
            }
        }
        return reached.sorted { $0.serial > $1.serial }
    }
}

/// The gradients of a scalar with respect to leaves.
package struct Gradients {
    private var accumulator = GradientAccumulator()

    /// Creates the gradients of `loss`, a recorded tensor with one element.
    ///
    /// A loss that was not recorded has no gradients.
    package init(of loss: Tensor) {
        precondition(loss.count == 1, "a gradient is taken of a scalar, not of \(loss.shape)")
        guard let entry = loss.entry else { return }
        accumulator.propagate(from: entry, seed: .ones(loss.shape))
    }

    /// Creates the gradients of Σ `seed` · `output`: the vector–Jacobian product of `output`.
    package init(of output: Tensor, seed: Tensor) {
        precondition(output.shape == seed.shape, "\(seed.shape) is no seed for \(output.shape)")
        guard let entry = output.entry else { return }
        accumulator.propagate(from: entry, seed: seed)
    }

    /// The gradient of a leaf, of the leaf's shape; `nil` if the loss does not depend on it.
    package subscript(_ leaf: Tensor) -> Tensor? {
        leaf.entry.flatMap { accumulator.gradients[ObjectIdentifier($0)] }
    }

    /// The gradient of a parameter; `nil` if it is frozen or the loss does not depend on it.
    package subscript(_ parameter: Parameter) -> Tensor? { self[parameter.tensor] }
}
