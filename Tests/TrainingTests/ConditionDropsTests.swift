import Tensors
import Testing

@testable import Training

struct ConditionDropsTests {
    @Test func hidesConditionsAtTheirRates() {
        let drops = ConditionDrops(image: 0.1, text: 0.2, both: 0.3)
        var random = PhiloxSource(seed: 1, stream: 0)
        let count = 20_000
        let draws = (0..<count).map { _ in drops.draw(from: &random) }
        func share(_ image: Bool, _ text: Bool) -> Float {
            Float(draws.count { $0.image == image && $0.text == text }) / Float(count)
        }
        // Four standard deviations are 0.014 at most.
        #expect(abs(share(false, true) - 0.1) < 0.014)
        #expect(abs(share(true, false) - 0.2) < 0.014)
        #expect(abs(share(false, false) - 0.3) < 0.014)
    }

    @Test func hidesNothingAtRatesOfZero() {
        let drops = ConditionDrops(image: 0, text: 0, both: 0)
        var random = PhiloxSource(seed: 1, stream: 0)
        #expect((0..<1000).allSatisfy { _ in drops.draw(from: &random) == (true, true) })
    }
}
