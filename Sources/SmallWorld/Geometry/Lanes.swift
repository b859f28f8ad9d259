/// Sixteen numbers handled by one instruction: the renderer follows sixteen rays at a time.
typealias Lanes = SIMD16<Float>

/// Which of sixteen rays something holds for.
typealias LaneMask = SIMDMask<SIMD16<Int32>>

// The standard library's own `min`, `max` and `rounded` for vectors compile to loops over the lanes.

/// The smaller number of each lane.
@inline(__always)
func minimum(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .< a) }

/// The larger number of each lane.
@inline(__always)
func maximum(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .> a) }

/// The larger of each lane and one number.
@inline(__always)
func maximum(_ a: Lanes, _ b: Float) -> Lanes { maximum(a, Lanes(repeating: b)) }

/// Each lane kept in 0…1.
@inline(__always)
func saturated(_ a: Lanes) -> Lanes { minimum(maximum(a, 0), Lanes(repeating: 1)) }

/// The size of each lane.
@inline(__always)
func magnitude(_ a: Lanes) -> Lanes { maximum(a, -a) }

/// The distance of each lane from its nearest whole number, in −½…½. Lanes must be below 2²² in size.
@inline(__always)
func wrapped(_ a: Lanes) -> Lanes { a - nearest(a) }

/// The nearest whole number of each lane: adding 1.5·2²³ leaves no bits for a fraction.
@inline(__always)
func nearest(_ a: Lanes) -> Lanes { (a + 12_582_912) - 12_582_912 }

/// The largest whole number not above each lane.
@inline(__always)
func floor(_ a: Lanes) -> Lanes {
    let rounded = nearest(a)
    return rounded.replacing(with: rounded - 1, where: rounded .> a)
}

/// `a` where `share` is 0, `b` where it is 1.
@inline(__always)
func blend(_ a: Lanes, _ b: Lanes, _ share: Lanes) -> Lanes { a + (b - a) * share }

/// 0 below `lower`, 1 above `upper`, and smooth between them.
@inline(__always)
func smoothStep(_ lower: Float, _ upper: Float, _ a: Lanes) -> Lanes {
    let t = saturated((a - lower) * (1 / (upper - lower)))
    return t * t * (3 - 2 * t)
}

/// A number in 0…1 that looks random and depends on the whole numbers `x` and `y` only.
@inline(__always)
func hashed(_ x: Lanes, _ y: Lanes) -> Lanes {
    var a = fraction(x * 0.1031)
    var b = fraction(y * 0.1030)
    var c = fraction(x * 0.0973)
    let mixed = a * (b + 33.33) + b * (c + 33.33) + c * (a + 33.33)
    a += mixed
    b += mixed
    c += mixed
    return fraction((a + b) * c)
}

/// The part of each lane above its floor, in 0…1.
@inline(__always)
func fraction(_ a: Lanes) -> Lanes { a - floor(a) }

/// Smooth noise in 0…1 over the plane, changing over a distance of about 1.
func noise(_ x: Lanes, _ y: Lanes) -> Lanes {
    let cellX = floor(x)
    let cellY = floor(y)
    let fx = x - cellX
    let fy = y - cellY
    let sx = fx * fx * (3 - 2 * fx)
    let sy = fy * fy * (3 - 2 * fy)
    let top = blend(hashed(cellX, cellY), hashed(cellX + 1, cellY), sx)
    let bottom = blend(hashed(cellX, cellY + 1), hashed(cellX + 1, cellY + 1), sx)
    return blend(top, bottom, sy)
}
