internal import Foundation

/// The rays of a picture in its subject's space.
struct Camera {
    /// Where all rays begin.
    let position: SIMD3<Float>
    /// The direction through the picture's middle.
    let forward: SIMD3<Float>
    /// The direction to the picture's right.
    let right: SIMD3<Float>
    /// The direction to the picture's upper edge.
    let up: SIMD3<Float>
    /// The tangent of half the field of view.
    let tangent: Float = 0.25
    private let shift: SIMD2<Float>

    /// Creates the camera of a viewpoint around the point `target`.
    init(_ viewpoint: Viewpoint, bestAzimuth: Float, target: SIMD3<Float>, distanceScale: Float) {
        let azimuth = (viewpoint.azimuth + bestAzimuth) * .pi / 180
        let elevation = viewpoint.elevation * .pi / 180
        let (ca, sa) = (Foundation.cos(azimuth), Foundation.sin(azimuth))
        let (ce, se) = (Foundation.cos(elevation), Foundation.sin(elevation))
        forward = [-sa * ce, -se, -ca * ce]
        right = [ca, 0, -sa]
        up = [-sa * se, ce, -ca * se]
        position = target - forward * viewpoint.distance * distanceScale
        shift = viewpoint.shift
    }

    /// The directions, of length 1, through sixteen places of the picture.
    @inline(__always)
    func directions(x: Lanes, y: Lanes) -> LaneVector {
        let a = (x - shift.x) * tangent
        let b = (y - shift.y) * tangent
        return LaneVector(
            forward.x + a * right.x + b * up.x,
            forward.y + a * right.y + b * up.y,
            forward.z + a * right.z + b * up.z
        ).normalized
    }
}
