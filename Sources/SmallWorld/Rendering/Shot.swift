internal import Foundation

/// One picture while it is taken: its body, camera, light and backdrop.
struct Shot {
    /// What sixteen rays see.
    struct Sample {
        /// sRGB in 0…1.
        var color: LaneVector
        /// 1 where the subject was hit, 0 elsewhere.
        var subject: Lanes
    }

    private let body: TracedBody
    private let camera: Camera
    private let backdrop: Backdrop
    private let subject: Subject
    /// The colour of the body, after a colour edit.
    private let bodyColor: SIMD3<Float>
    /// The direction towards the light.
    private let towardsLight: SIMD3<Float>
    /// How bright shaded sides are.
    private let ambient: Float
    /// How much brighter lit sides are.
    private let diffuse: Float
    /// The light's colour, times its strength.
    private let lightColor: SIMD3<Float>

    /// Prepares the picture of a description.
    init(_ description: PictureDescription) {
        subject = description.subject
        bodyColor = (description.color ?? description.subject.color).rgb
        body = TracedBody(description)
        camera = Camera(
            description.viewpoint,
            bestAzimuth: body.bestAzimuth,
            target: body.center,
            distanceScale: body.reach
        )
        backdrop = Backdrop(description.scene, seed: description.backdropSeed)
        let light = description.light
        let azimuth = light.azimuth * .pi / 180
        let elevation = light.elevation * .pi / 180
        let level = Foundation.cos(elevation)
        let horizontal =
            camera.right * (Foundation.sin(azimuth) * level)
            - SIMD3(camera.forward.x, 0, camera.forward.z) * (Foundation.cos(azimuth) * level)
        towardsLight = horizontal + [0, Foundation.sin(elevation), 0]
        diffuse = light.contrast
        ambient = 1.06 - light.contrast
        lightColor = description.scene.lightColor * light.strength
    }

    /// What the rays through sixteen places of the picture see.
    func sample(x: Lanes, y: Lanes) -> Sample {
        let directions = camera.directions(x: x, y: y)
        var color = backdrop.colors(x: x, y: y)
        color = shaded(color, along: directions, y: y)
        guard let (points, isHit) = hits(along: directions) else {
            return Sample(color: color, subject: .zero)
        }
        let (surface, isSubject) = surface(at: points, along: directions)
        color.replace(with: surface, where: isHit)
        let covered = Lanes.zero.replacing(with: 1, where: isHit .& isSubject)
        return Sample(color: color, subject: covered)
    }

    /// Where rays meet the body, and which do; `nil` when none does.
    private func hits(along directions: LaneVector) -> (LaneVector, LaneMask)? {
        let origin = camera.position - body.center
        let along = LaneVector(repeating: origin).dot(directions)
        let apart = along * along - ((origin * origin).sum() - body.radius * body.radius)
        guard apart.max() > 0 else { return nil }
        let half = maximum(apart, 0).squareRoot()
        let far = half - along
        var travelled = -along - half
        // Rays that miss the sphere around the body never start.
        travelled.replace(with: 1e3, where: apart .<= 0)
        var isHit = LaneMask(repeating: false)
        for _ in 0..<48 {
            let points = LaneVector(repeating: camera.position) + directions * travelled
            let distance = body.distance(points)
            let isTouching = (distance .< 0.004) .& (travelled .< far)
            isHit.replace(with: true, where: isTouching)
            travelled += distance.replacing(with: 0, where: isHit) * 0.92
            let isGoing = (.!isHit) .& (travelled .< far)
            if Lanes.zero.replacing(with: 1, where: isGoing).sum() == 0 { break }
        }
        guard Lanes.zero.replacing(with: 1, where: isHit).sum() > 0 else { return nil }
        return (LaneVector(repeating: camera.position) + directions * travelled, isHit)
    }

    /// The lit colours at points of the surface, and which of them are the subject's.
    private func surface(
        at points: LaneVector,
        along directions: LaneVector
    ) -> (LaneVector, LaneMask) {
        let normals = body.normals(points)
        let p = body.local(points)
        let share = subject.pattern.accentShare(
            at: p,
            normal: normals,
            frequency: subject.frequency,
            middle: body.middle
        )
        let patterned = LaneVector(repeating: bodyColor)
            .blended(with: LaneVector(repeating: subject.secondColor.rgb), share)
        var color = patterned
        var nearest = Lanes(repeating: 1e6)
        var isSubject = LaneMask(repeating: true)
        for (index, part) in body.parts.enumerated() {
            let distance = part.distance(p)
            let material = self.color(of: part.material, patterned: patterned)
            switch part.joint {
            case .added:
                let isNearer = distance .< nearest
                color.replace(with: material, where: isNearer)
                isSubject.replace(
                    with: LaneMask(repeating: index < body.subjectPartCount),
                    where: isNearer
                )
                nearest = minimum(nearest, distance)
            case .carved:
                color.replace(with: material, where: -distance .> nearest)
                nearest = maximum(nearest, -distance)
            }
        }
        let lit = maximum(normals.dot(LaneVector(repeating: towardsLight)), 0)
        // Surfaces seen at a grazing angle are darker, which draws an outline.
        let facing = saturated(-normals.dot(directions))
        let rim = 0.72 + 0.28 * smoothStep(0, 0.45, facing)
        let brightness = (ambient + diffuse * lit) * rim
        let gleam = 0.12 * smoothStep(0.93, 1, lit)
        return (
            LaneVector(
                color.x * brightness * lightColor.x + gleam,
                color.y * brightness * lightColor.y + gleam,
                color.z * brightness * lightColor.z + gleam
            ),
            isSubject
        )
    }

    /// The colours of a material.
    @inline(__always)
    private func color(of material: Material, patterned: LaneVector) -> LaneVector {
        switch material {
        case .body: patterned
        case .accent: LaneVector(repeating: subject.secondColor.rgb)
        case .inside: LaneVector(repeating: bodyColor * 0.45)
        case .painted(let color): LaneVector(repeating: color)
        }
    }

    /// The backdrop's colours, darker where the subject keeps the light from the ground.
    private func shaded(_ color: LaneVector, along directions: LaneVector, y: Lanes) -> LaneVector {
        let drop = Blueprint.ground - camera.position.y
        let travelled = Lanes(repeating: drop) / minimum(directions.y, Lanes(repeating: -1e-3))
        let lean = SIMD2(towardsLight.x, towardsLight.z) * 0.35
        let dx = camera.position.x + directions.x * travelled + lean.x
        let dz = camera.position.z + directions.z * travelled + lean.y
        let reach = body.footprint * 1.35
        let closeness = saturated(1 - (dx * dx + dz * dz) * (1 / (reach * reach)))
        let darkness = closeness * closeness * 0.62
        let isShown = backdrop.showsShadow(y: y) .& (directions.y .< -1e-3)
        return color * (1 - darkness.replacing(with: 0, where: .!isShown))
    }
}
