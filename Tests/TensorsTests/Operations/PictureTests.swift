import Tensors
import TestSupport
import Testing

@Suite struct PictureTests {
    @Test func gradientsOfResizing() {
        let x = Tensor.testValues([2, 4, 6, 2])
        expectGradients(of: { upsampledNearest($0[0], factor: 2) }, at: [x])
        expectGradients(of: { averagePooled($0[0], factor: 2) }, at: [x])
        for antialiased in [false, true] {
            for (height, width) in [(2, 9), (7, 3), (4, 1)] {
                expectGradients(
                    of: {
                        resizedBilinear(
                            $0[0],
                            height: height,
                            width: width,
                            antialiased: antialiased
                        )
                    },
                    at: [x]
                )
            }
        }
    }

    @Test func aPictureOfItsOwnSizeIsLeftAlone() {
        let x = Tensor.testValues([1, 3, 5, 2])
        #expect(resizedBilinear(x, height: 3, width: 5, antialiased: true).values == x.values)
    }

    @Test func constantsStayConstant() {
        let x = Tensor(repeating: 0.7, shape: [1, 31, 45, 1])
        let y = resizedBilinear(x, height: 13, width: 64, antialiased: true)
        expectClose(y, Tensor(repeating: 0.7, shape: [1, 13, 64, 1]), relativeTolerance: 1e-6)
    }
}
