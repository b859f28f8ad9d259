extension Backdrop {
    /// Sand, a line of foam, the sea, and a clear sky.
    func beach(_ x: Lanes, _ height: Lanes, _ groundX: Lanes, _ groundZ: Lanes) -> LaneVector {
        let grain = noise(groundX * 9, groundZ * 9) * 0.5 + noise(groundX * 2, groundZ * 5) * 0.5
        var color = LaneVector(repeating: [0.90, 0.78, 0.52])
            .blended(with: LaneVector(repeating: [0.99, 0.90, 0.68]), grain)
        let shore = -0.34 + 0.04 * noise(x * 3 + shift.x, Lanes.zero)
        color.replace(with: LaneVector(repeating: [0.98, 0.99, 1]), where: height .> shore - 0.05)
        let wave = Lanes.zero.replacing(with: 1, where: wrapped(height * 11 + x * 0.3) .> 0.3)
        let sea = LaneVector(repeating: [0.08, 0.48, 0.75])
            .blended(with: LaneVector(repeating: [0.22, 0.65, 0.85]), wave)
        color.replace(with: sea, where: height .> shore)
        color.replace(with: daySky(x, height, clouds: false), where: height .> 0)
        return color
    }

    /// A meadow under a blue sky with clouds.
    func grass(_ x: Lanes, _ height: Lanes, _ groundX: Lanes, _ groundZ: Lanes) -> LaneVector {
        let blades = noise(groundX * 14, groundZ * 5)
        var color = LaneVector(repeating: [0.16, 0.42, 0.08])
            .blended(with: LaneVector(repeating: [0.45, 0.74, 0.22]), blades)
        color.replace(with: daySky(x, height, clouds: true), where: height .> 0)
        return color
    }

    /// White ground, dark firs on the horizon, and falling flakes.
    func snow(
        _ x: Lanes,
        _ y: Lanes,
        _ height: Lanes,
        _ groundX: Lanes,
        _ groundZ: Lanes
    ) -> LaneVector {
        let drift = noise(groundX * 1.5, groundZ * 2)
        var color = LaneVector(repeating: [0.80, 0.87, 0.95])
            .blended(with: LaneVector(repeating: [0.98, 0.99, 1]), drift)
        let sky = LaneVector(repeating: [0.66, 0.74, 0.84])
            .blended(with: LaneVector(repeating: [0.52, 0.62, 0.76]), saturated(height))
        color.replace(with: sky, where: height .> 0)
        let place = x * 3.2 + shift.x
        let tall = 0.25 + 0.35 * hashed(nearest(place), Lanes(repeating: shift.y))
        let isFir = (height .> 0) .& (height .< tall * (1 - 2 * magnitude(wrapped(place))))
        color.replace(with: LaneVector(repeating: [0.12, 0.30, 0.26]), where: isFir)
        let flakes = dots(x, y, cells: 5, radius: 0.17)
        color.replace(with: LaneVector(repeating: [1, 1, 1]), where: flakes)
        return color
    }

    /// A dark sky with stars and a moon over dark hills.
    func night(_ x: Lanes, _ height: Lanes, _ groundX: Lanes, _ groundZ: Lanes) -> LaneVector {
        var color = LaneVector(repeating: [0.05, 0.08, 0.26])
            .blended(with: LaneVector(repeating: [0.01, 0.02, 0.10]), saturated(height))
        let stars = dots(x, height, cells: 6, radius: 0.15)
        color.replace(with: LaneVector(repeating: [1, 1, 0.85]), where: stars)
        let moonX = x - landmark.x
        let moonY = height - landmark.y * (1 - horizon)
        let moon = moonX * moonX + moonY * moonY .< 0.035
        color.replace(with: LaneVector(repeating: [0.98, 0.95, 0.75]), where: moon)
        let ground = LaneVector(repeating: [0.07, 0.11, 0.14])
            .blended(
                with: LaneVector(repeating: [0.12, 0.17, 0.20]),
                noise(groundX * 3, groundZ * 3)
            )
        color.replace(with: ground, where: height .< 0.08 * noise(x * 2 + shift.x, Lanes.zero))
        return color
    }

    /// A low sun in an orange sky over a dark sea.
    func sunset(_ x: Lanes, _ height: Lanes) -> LaneVector {
        var color = LaneVector(repeating: [1.0, 0.60, 0.15])
            .blended(with: LaneVector(repeating: [0.45, 0.15, 0.45]), smoothStep(0, 0.9, height))
        let sunX = x - landmark.x * 0.8
        let sunY = height - 0.06
        let sun = sunX * sunX + sunY * sunY .< 0.07
        color.replace(with: LaneVector(repeating: [1, 0.93, 0.45]), where: sun)
        var sea = LaneVector(repeating: [0.42, 0.16, 0.32])
            .blended(with: LaneVector(repeating: [0.14, 0.07, 0.22]), saturated(-height * 1.2))
        let line = height * 9
        let width = 0.06 + 0.24 * hashed(nearest(line), Lanes(repeating: shift.x))
        let ripple = (magnitude(wrapped(line)) .< 0.26) .& (magnitude(sunX) .< width)
        sea.replace(with: LaneVector(repeating: [1.0, 0.66, 0.25]), where: ripple)
        color.replace(with: sea, where: height .< 0)
        return color
    }

    /// A blue sky, paler at the horizon, perhaps with a cloud.
    private func daySky(_ x: Lanes, _ height: Lanes, clouds: Bool) -> LaneVector {
        var color = LaneVector(repeating: [0.78, 0.90, 0.98])
            .blended(with: LaneVector(repeating: [0.36, 0.64, 0.94]), saturated(height * 1.3))
        let skyX = x - landmark.x
        let skyY = height - landmark.y * (1 - horizon)
        if clouds {
            for (offset, size): (Float, Float) in [(-0.22, 0.14), (0, 0.21), (0.22, 0.15)] {
                let dx = skyX - offset
                let dy = (skyY - (size - 0.14)) * 1.3
                color.replace(
                    with: LaneVector(repeating: [1, 1, 1]),
                    where: dx * dx + dy * dy .< size * size
                )
            }
        } else {
            color.replace(
                with: LaneVector(repeating: [1, 0.94, 0.55]),
                where: skyX * skyX + skyY * skyY .< 0.03
            )
        }
        return color
    }

    /// Whether places lie on one of the dots strewn over a plane, one in most cells.
    private func dots(_ x: Lanes, _ y: Lanes, cells: Float, radius: Float) -> LaneMask {
        let u = x * cells + shift.x
        let v = y * cells + shift.y
        let cellX = nearest(u)
        let cellY = nearest(v)
        let dx = u - cellX - (hashed(cellX, cellY) - 0.5) * 0.6
        let dy = v - cellY - (hashed(cellY, cellX + 17) - 0.5) * 0.6
        return (dx * dx + dy * dy .< radius * radius) .& (hashed(cellX + 31, cellY) .> 0.35)
    }
}
