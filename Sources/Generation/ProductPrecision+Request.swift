package import Requests
package import Tensors

extension ProductPrecision {
    /// What a request asks for.
    package init(_ precision: ArithmeticPrecision) {
        switch precision {
        case .float32: self = .float32
        case .bfloat16: self = .bfloat16
        }
    }
}
