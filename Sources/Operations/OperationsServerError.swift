/// The endpoints cannot be offered, in one sentence.
package struct OperationsServerError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
}
