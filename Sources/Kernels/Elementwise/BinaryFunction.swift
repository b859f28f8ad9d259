/// A function of two numbers that devices apply element by element.
package enum BinaryFunction: Sendable, CaseIterable {
    case add, subtract, multiply, divide
    /// 1 where both are equal, else 0.
    case isEqual
}
