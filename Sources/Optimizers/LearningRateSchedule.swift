internal import Glibc

/// The learning rate of every step of a training.
///
/// Matches the schedules of the same names of diffusers' `optimization.py`: after the warm-up, in which
/// the rate rises linearly from 0 at step 0, it follows a curve.
package struct LearningRateSchedule: Sendable, Equatable {
    /// How the rate goes after the warm-up.
    package enum Curve: Sendable, CaseIterable {
        /// It stays.
        case constant
        /// It falls in a straight line, to 0 after the last step.
        case linear
        /// It falls along half a cosine, to 0 after the last step.
        case cosine
    }

    /// How the rate goes after the warm-up.
    package let curve: Curve
    /// The largest rate.
    package let peak: Double
    /// The number of steps of the warm-up; 0 for none.
    package let warmupSteps: Int
    /// The number of steps of the training, warm-up included.
    package let totalSteps: Int

    /// Creates a schedule.
    package init(_ curve: Curve, peak: Double, warmupSteps: Int = 0, totalSteps: Int) {
        precondition(
            warmupSteps >= 0 && totalSteps >= warmupSteps,
            "the warm-up exceeds the training"
        )
        self.curve = curve
        self.peak = peak
        self.warmupSteps = warmupSteps
        self.totalSteps = totalSteps
    }

    /// The rate of a step, which counts from 0.
    package func rate(atStep step: Int) -> Double {
        if step < warmupSteps { return peak * Double(step) / Double(warmupSteps) }
        let progress = Double(step - warmupSteps) / Double(max(1, totalSteps - warmupSteps))
        return switch curve {
        case .constant: peak
        case .linear: peak * max(0, 1 - progress)
        case .cosine: peak * max(0, 0.5 * (1 + cos(.pi * min(1, progress))))
        }
    }
}
