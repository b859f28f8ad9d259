/// Sixteen points, directions or colours.
struct LaneVector {
    var x: Lanes
    var y: Lanes
    var z: Lanes

    @inline(__always)
    init(_ x: Lanes, _ y: Lanes, _ z: Lanes) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// Creates sixteen times the same vector.
    @inline(__always)
    init(repeating vector: SIMD3<Float>) {
        x = Lanes(repeating: vector.x)
        y = Lanes(repeating: vector.y)
        z = Lanes(repeating: vector.z)
    }

    /// The scalar products with `other`.
    @inline(__always)
    func dot(_ other: LaneVector) -> Lanes { x * other.x + y * other.y + z * other.z }

    /// The lengths.
    @inline(__always)
    var length: Lanes { dot(self).squareRoot() }

    /// The vectors of length 1 in the same directions.
    @inline(__always)
    var normalized: LaneVector { self * (1 / maximum(length, 1e-9)) }

    @inline(__always)
    static func + (a: LaneVector, b: LaneVector) -> LaneVector {
        LaneVector(a.x + b.x, a.y + b.y, a.z + b.z)
    }

    @inline(__always)
    static func - (a: LaneVector, b: LaneVector) -> LaneVector {
        LaneVector(a.x - b.x, a.y - b.y, a.z - b.z)
    }

    @inline(__always)
    static func * (a: LaneVector, b: Lanes) -> LaneVector {
        LaneVector(a.x * b, a.y * b, a.z * b)
    }

    /// Takes over the vectors of `other` in the lanes of `mask`.
    @inline(__always)
    mutating func replace(with other: LaneVector, where mask: LaneMask) {
        x.replace(with: other.x, where: mask)
        y.replace(with: other.y, where: mask)
        z.replace(with: other.z, where: mask)
    }

    /// These vectors where `share` is 0, `other` where it is 1.
    @inline(__always)
    func blended(with other: LaneVector, _ share: Lanes) -> LaneVector {
        LaneVector(blend(x, other.x, share), blend(y, other.y, share), blend(z, other.z, share))
    }
}
