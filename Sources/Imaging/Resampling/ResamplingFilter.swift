/// How pixels are mixed when a picture changes its size.
package enum ResamplingFilter: Sendable, CaseIterable {
    /// A triangle: mixes two neighbours.
    case bilinear
    /// Keys' cubic with a = −0.5: mixes four neighbours.
    case bicubic

    /// How far the kernel reaches from its centre, in pixels of the smaller picture.
    var support: Double {
        switch self {
        case .bilinear: 1
        case .bicubic: 2
        }
    }

    /// The kernel at distance `x` from its centre.
    func callAsFunction(_ x: Double) -> Double {
        let x = abs(x)
        switch self {
        case .bilinear:
            return x < 1 ? 1 - x : 0
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
            return 0
        }
    }
}
