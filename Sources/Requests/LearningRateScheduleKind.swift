/// How the learning rate goes over the steps, after the warm-up; names as in diffusers.
package enum LearningRateScheduleKind: String, CaseIterable, Sendable {
    case constant
    case constantWithWarmup = "constant_with_warmup"
    case linear
    case cosine
}
