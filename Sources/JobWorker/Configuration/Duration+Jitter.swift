extension Duration {
    /// Between three quarters of the time and all of it, so that many workers do not keep step.
    func jittered() -> Duration { self * Double.random(in: 0.75...1) }
}
