extension Backdrop {
    /// A plain backdrop, brighter in the middle.
    func studio(_ x: Lanes, _ y: Lanes) -> LaneVector {
        let falloff = 1.08 - 0.16 * (x * x + y * y)
        return LaneVector(repeating: tint) * falloff
    }

    /// Planks running away from the viewer, and a pale wall.
    func wood(_ x: Lanes, _ height: Lanes, _ groundX: Lanes, _ depth: Lanes) -> LaneVector {
        let across = (groundX - shift.x) * 2.6 + shift.x
        let plank = nearest(across)
        let tone = hashed(plank, Lanes(repeating: 3))
        let grain = noise(across * 8, depth * 1.5 + tone * 9) * 0.25
        var color = LaneVector(repeating: [0.50, 0.30, 0.14])
            .blended(
                with: LaneVector(repeating: [0.76, 0.51, 0.27]),
                saturated(tone * 0.8 + grain)
            )
        let isGap = magnitude(wrapped(across)) .> 0.44
        color.replace(with: LaneVector(repeating: [0.26, 0.14, 0.06]), where: isGap)
        let wall = LaneVector(repeating: [0.91, 0.88, 0.80])
        color.replace(with: wall, where: height .> 0)
        color.replace(
            with: LaneVector(repeating: [0.98, 0.97, 0.94]),
            where: (height .> 0) .& (height .< 0.09)
        )
        return color
    }

    /// Bricks in running bond above a pavement.
    func brick(_ x: Lanes, _ y: Lanes) -> LaneVector {
        let row = y * 5.5 + shift.y
        let course = nearest(row)
        let along = x * 2.8 + shift.x + 0.5 * magnitude(wrapped(course * 0.5)) * 2
        let tone = hashed(nearest(along), course)
        var color = LaneVector(repeating: [0.56, 0.20, 0.13])
            .blended(with: LaneVector(repeating: [0.76, 0.34, 0.23]), tone)
        let isMortar = (magnitude(wrapped(row)) .> 0.40) .| (magnitude(wrapped(along)) .> 0.45)
        color.replace(with: LaneVector(repeating: [0.80, 0.76, 0.70]), where: isMortar)
        let pavement = LaneVector(repeating: [0.58, 0.58, 0.58])
            .blended(
                with: LaneVector(repeating: [0.66, 0.66, 0.66]),
                noise(x * 20 + shift.x, y * 20)
            )
        color.replace(with: pavement, where: y .< -0.55)
        return color
    }
}
