import Foundation
import Layers
import Optimizers
import Tensors
import TestSupport
import Testing

/// Learning-rate schedules and moving averages against diffusers.
@Suite struct ScheduleTests {
    func reference(_ name: String) throws -> SafeTensorsWeights {
        try SafeTensorsWeights(file: "\(Fixtures.folder("Optimizers").path)/\(name).safetensors")
    }

    @Test(arguments: [
        ("constant_with_warmup", LearningRateSchedule.Curve.constant), ("linear", .linear),
        ("cosine", .cosine),
    ])
    func followsDiffusers(name: String, curve: LearningRateSchedule.Curve) throws {
        for warmup in [0, 5] {
            let schedule = LearningRateSchedule(
                curve,
                peak: 0.25,
                warmupSteps: warmup,
                totalSteps: 20
            )
            let rates = (0..<20).map { Float(schedule.rate(atStep: $0)) }
            let expected = try reference("schedules").tensor("\(name).\(warmup)")
            expectClose(rates, expected.values, relativeTolerance: 1e-6, "\(name).\(warmup)")
        }
    }

    @Test func averagesAsDiffusers() throws {
        let run = try reference("ema")
        let parameter = Parameter(name: "w", value: try run.tensor("start"))
        let average = ExponentialMovingAverage([parameter], decay: 0.35)
        for step in 0..<6 {
            let value = try run.tensor("value.\(step)")
            parameter.update(to: value)
            average.update()
            let expected = try run.tensor("average.\(step)")
            average.withAverages {
                expectClose(parameter.tensor, expected, relativeTolerance: 1e-6, "step \(step)")
            }
            #expect(parameter.tensor.values == value.values, "the values come back")
        }
        let other = ExponentialMovingAverage([parameter], decay: 0.35)
        let scope = ParameterScope.loading(from: DictionaryWeights(average.state))
        try other.restore(from: scope)
        try scope.finish()
        other.update()
        average.update()
        let expected = average.withAverages { parameter.tensor.values }
        #expect(other.withAverages { parameter.tensor.values } == expected)
    }
}
