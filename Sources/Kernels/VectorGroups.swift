/// Walks a row in groups of sixteen values; only the last may be narrower.
@inline(__always)
func forEachGroup(of count: Int, _ body: (_ start: Int, _ width: Int) -> Void) {
    var start = 0
    while start <= count &- 16 {
        body(start, 16)
        start &+= 16
    }
    if start < count { body(start, count &- start) }
}
