import Foundation
import Kernels
import Testing

/// The vector functions against the C library in double precision.
@Suite struct UnaryKernelsTests {
    /// A function, its reference, the arguments to try and the largest accepted relative error.
    struct Case: Sendable, CustomTestStringConvertible {
        let function: UnaryFunction
        let range: ClosedRange<Double>
        let tolerance: Double
        /// Errors are measured against at least this magnitude: where a value is the small difference
        /// of large ones, as in GELU's left tail, only the absolute error is bounded.
        var floor = 0.0
        let reference: @Sendable (Double) -> Double

        var testDescription: String { "\(function) on \(range)" }
    }

    static let cases: [Case] = [
        Case(function: .exponential, range: -87...88.7, tolerance: 2e-7) { exp($0) },
        Case(function: .logarithm, range: 1e-6...8, tolerance: 2e-7) { log($0) },
        Case(function: .logarithm, range: 0...1e30, tolerance: 2e-7) { log($0) },
        Case(function: .sine, range: -4...4, tolerance: 2e-7) { sin($0) },
        Case(function: .sine, range: -60_000...60_000, tolerance: 2e-7, floor: 1e-2) { sin($0) },
        Case(function: .sine, range: -1e6...1e6, tolerance: 2e-7, floor: 1e-2) { sin($0) },
        Case(function: .cosine, range: -4...4, tolerance: 2e-7, floor: 1e-2) { cos($0) },
        Case(function: .cosine, range: -60_000...60_000, tolerance: 2e-7, floor: 1e-2) { cos($0) },
        Case(function: .hyperbolicTangent, range: -12...12, tolerance: 2e-7) { tanh($0) },
        Case(function: .hyperbolicTangent, range: -0.01...0.01, tolerance: 2e-7) { tanh($0) },
        Case(function: .sigmoid, range: -80...80, tolerance: 3e-7) { 1 / (1 + exp(-$0)) },
        Case(function: .silu, range: -80...80, tolerance: 3e-7) { $0 / (1 + exp(-$0)) },
        Case(function: .quickGelu, range: -20...20, tolerance: 3e-6) {
            $0 / (1 + exp(-1.702 * $0))
        },
        Case(function: .gelu, range: -12...12, tolerance: 3e-7, floor: 0.5) {
            $0 * 0.5 * erfc(-$0 * 0.5.squareRoot())
        },
        Case(function: .gelu, range: -0.1...0.1, tolerance: 3e-7) {
            $0 * 0.5 * erfc(-$0 * 0.5.squareRoot())
        },
        Case(function: .squareRoot, range: 1e-44...1e-36, tolerance: 1e-7) { $0.squareRoot() },
        Case(function: .squareRoot, range: 0...3.4e38, tolerance: 1e-7) { $0.squareRoot() },
        Case(function: .squareRoot, range: 0...1e9, tolerance: 1e-7) { $0.squareRoot() },
        Case(function: .quotient(of: 3), range: 0.01...100, tolerance: 1e-7) { 3 / $0 },
    ]

    @Test(arguments: cases)
    func agreesWithTheCLibrary(_ test: Case) {
        let count = 200_003
        let width = test.range.upperBound - test.range.lowerBound
        let x = (0..<count).map {
            Float(test.range.lowerBound + width * Double($0) / Double(count - 1))
        }
        let y = apply(test.function, x)
        var worst = (error: 0.0, at: Float(0))
        for (x, y) in zip(x, y) {
            let expected = test.reference(Double(x))
            guard expected.isFinite else { continue }
            let scale = max(abs(expected), test.floor, Double(Float.leastNormalMagnitude))
            let error = abs(Double(y) - expected) / scale
            if !(error <= worst.error) { worst = (error, x) }
        }
        #expect(worst.error <= test.tolerance, "worst at \(worst.at)")
    }

    @Test func handlesTheEndsOfTheNumbers() {
        let ends: [Float] = [
            0, -0.0, .infinity, -.infinity, .nan, Float(bitPattern: 714), 100, -110,
        ]
        let exponentials = apply(.exponential, ends)
        #expect(exponentials[0...3].elementsEqual([1, 1, .infinity, 0]))
        #expect(exponentials[4].isNaN && exponentials[6] == .infinity && exponentials[7] == 0)
        let logarithms = apply(.logarithm, ends)
        #expect(logarithms[0...2].elementsEqual([-.infinity, -.infinity, .infinity]))
        #expect(logarithms[3].isNaN && logarithms[4].isNaN && logarithms[7].isNaN)
        #expect(abs(Double(logarithms[5]) / log(Double(ends[5])) - 1) < 1e-6)
        let roots = apply(.squareRoot, ends)
        #expect(roots[0...2].elementsEqual([0, 0, .infinity]) && roots[3].isNaN && roots[7].isNaN)
        #expect(abs(Double(roots[5]) / Double(ends[5]).squareRoot() - 1) < 1e-7)
        #expect(apply(.hyperbolicTangent, ends)[2...3].elementsEqual([1, -1]))
        #expect(apply(.sigmoid, ends)[2...3].elementsEqual([1, 0]))
        #expect(apply(.gelu, [50, -50]) == [50, 0])
        for function in [UnaryFunction.relu, .silu, .gelu, .hyperbolicTangent, .sine, .square] {
            #expect(apply(function, ends)[4].isNaN, "\(function) hides a NaN")
        }
    }

    /// Values must not depend on where a vector starts, or threads would change results.
    @Test(arguments: [1, 15, 16, 17, 31, 100])
    func doesNotDependOnThePosition(count: Int) {
        let x = (0..<count).map { Float($0) * 0.37 - 5 }
        for function in [
            UnaryFunction.exponential, .gelu, .silu, .sine, .clamp(lower: -1, upper: 2),
        ] {
            let whole = apply(function, x)
            let single = x.map { apply(function, [$0])[0] }
            #expect(whole == single)
        }
    }

    private func apply(_ function: UnaryFunction, _ x: [Float]) -> [Float] {
        var y = [Float](repeating: 0, count: x.count)
        var output = y.mutableSpan
        UnaryKernels.apply(function, to: x.span, into: &output)
        return y
    }
}
