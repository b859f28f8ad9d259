internal import Foundation

/// The timesteps a sampler visits with the noise level σ of each, and σ = 0 at the end.
struct SigmaSchedule: Sendable, Equatable {
    /// What the denoiser is told, falling.
    let timesteps: [Float]
    /// One level more than timesteps; the last one is 0.
    let sigmas: [Float]

    /// Looks the levels up at timesteps that may be fractions.
    init(timesteps: [Double], in schedule: NoiseSchedule) {
        let table = schedule.sigmas
        self.timesteps = timesteps.map { Float($0) }
        sigmas = self.timesteps.map { Float(Self.value(of: table, at: Double($0))) } + [0]
    }

    /// Spaces σ^(1/7) evenly between two levels (Karras et al. 2022, equation 5).
    ///
    /// - Parameters:
    ///   - count: How many steps.
    ///   - range: The lowest and the highest level.
    ///   - schedule: Where the timestep of each level is looked up.
    ///   - rounded: Whether the timesteps are made whole numbers.
    init(karras count: Int, in range: ClosedRange<Float>, of schedule: NoiseSchedule, rounded: Bool)
    {
        let exponent = 7.0
        let (low, high) = (
            pow(Double(range.lowerBound), 1 / exponent), pow(Double(range.upperBound), 1 / exponent)
        )
        let levels = (0..<count).map { index in
            let ramp = count > 1 ? Double(index) / Double(count - 1) : 0
            return pow(high + ramp * (low - high), exponent)
        }
        let logarithms = schedule.sigmas.map { log(Double($0)) }
        timesteps = levels.map { level in
            let timestep = Self.position(of: log(level), in: logarithms)
            return Float(rounded ? timestep.rounded(.toNearestOrEven) : timestep)
        }
        sigmas = levels.map { Float($0) } + [0]
    }

    /// Interpolates a table linearly.
    private static func value(of table: [Float], at position: Double) -> Double {
        let lower = min(max(Int(position), 0), table.count - 1)
        let upper = min(lower + 1, table.count - 1)
        let (low, high) = (Double(table[lower]), Double(table[upper]))
        return low + (high - low) * (position - Double(lower))
    }

    /// Where a rising table has a value, between its entries too.
    private static func position(of value: Double, in table: [Double]) -> Double {
        let reached = table.partitioningIndex { $0 > value } - 1
        let lower = min(max(reached, 0), table.count - 2)
        let weight = (value - table[lower]) / (table[lower + 1] - table[lower])
        return Double(lower) + min(max(weight, 0), 1)
    }
}

extension [Double] {
    /// The index of the first element that fulfils `predicate`, where all after it do too.
    fileprivate func partitioningIndex(where predicate: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
