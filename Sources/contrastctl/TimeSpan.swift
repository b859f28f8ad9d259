internal import ArgumentParser

/// A length of time as people write it: 90s, 15m, 12h, 1d, 2w.
struct TimeSpan: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let units: [Character: Double] = [
            "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800,
        ]
        guard let last = argument.last, let unit = units[last],
            let count = Double(argument.dropLast()), count > 0, count * unit < 1e10
        else { return nil }
        duration = .seconds(count * unit)
    }
}
