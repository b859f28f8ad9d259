extension Span where Element == Float {
    /// The address of the first value, for the body of a kernel: valid as long as what the span borrows,
    /// which outlives the kernel's call.
    @unsafe
    var base: UnsafePointer<Float> {
        let address = unsafe withUnsafeBufferPointer { $0.baseAddress }
        guard let address = unsafe address else { fatalError("a kernel reads an empty span") }
        return unsafe address
    }
}

extension MutableSpan where Element == Float {
    /// The address of the first value, for the body of a kernel: valid as long as what the span borrows,
    /// which outlives the kernel's call.
    @unsafe
    var base: UnsafeMutablePointer<Float> {
        mutating get {
            let address = unsafe withUnsafeMutableBufferPointer { $0.baseAddress }
            guard let address = unsafe address else { fatalError("a kernel writes an empty span") }
            return unsafe address
        }
    }
}
