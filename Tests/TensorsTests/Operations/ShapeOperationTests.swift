import Tensors
import TestSupport
import Testing

@Suite struct ShapeOperationTests {
    let x = Tensor((0..<24).map(Float.init), shape: [2, 3, 4])

    @Test func reshapes() {
        #expect(x.reshaped(to: [6, -1]).shape == [6, 4])
        #expect(x.reshaped(to: [4, 6]).values == x.values)
        #expect(x.flattened(from: 1).shape == [2, 12])
        #expect(x.flattened().shape == [24])
        expectGradients(of: { $0[0].reshaped(to: [3, 4]) }, at: [.testValues([2, 6])])
    }

    @Test(arguments: [[0, 2, 1], [2, 0, 1], [1, 0, 2], [2, 1, 0], [0, 1, 2]])
    func transposes(order: [Int]) {
        let y = x.transposed(order)
        let strides = x.shape.strides
        let values = (0..<24).map { index in
            let source = order.indices.reduce(0) {
                $0 + index / y.shape.strides[$1] % y.shape[$1] * strides[order[$1]]
            }
            return Float(source)
        }
        #expect(y.values == values)
        expectGradients(of: { $0[0].transposed(order) }, at: [.testValues([2, 3, 4])])
    }

    @Test func transposesLargeTensors() {
        let x = Tensor.testValues([3, 65, 130])
        let y = x.transposed(0, 2, 1)
        let (from, to) = (x.values, y.values)
        let agree = (0..<3 * 65 * 130).allSatisfy { index in
            let (n, row, column) = (index / (65 * 130), index / 130 % 65, index % 130)
            return from[index] == to[n * 65 * 130 + column * 65 + row]
        }
        #expect(agree)
        #expect(y.transposed(0, 2, 1).values == from)
    }

    @Test(arguments: [[0, 3, 1, 2], [3, 1, 0, 2], [2, 3, 0, 1], [3, 2, 1, 0], [0, 2, 3, 1]])
    func transposesInTiles(order: [Int]) {
        let x = Tensor.testValues([5, 6, 37, 18])
        let y = x.transposed(order)
        let (from, to) = (x.values, y.values)
        let agree = to.indices.allSatisfy { index in
            let source = order.indices.reduce(0) {
                $0 + index / y.shape.strides[$1] % y.shape[$1] * x.shape.strides[order[$1]]
            }
            return to[index] == from[source]
        }
        #expect(agree)
    }

    @Test func slices() {
        #expect(x.sliced(axis: 0, 1..<2).values == (12..<24).map(Float.init))
        #expect(x.sliced(axis: 1, 1..<2).values == [4, 5, 6, 7, 16, 17, 18, 19])
        #expect(x.sliced(axis: -1, 1..<3).shape == [2, 3, 2])
        #expect(x.sliced(axis: 2, 3..<4).values == [3, 7, 11, 15, 19, 23])
        #expect(x.sliced(axis: 0, 1..<2).sliced(axis: 1, 2..<3).values == [20, 21, 22, 23])
        for axis in 0..<3 {
            expectGradients(of: { $0[0].sliced(axis: axis, 1..<2) }, at: [.testValues([2, 3, 4])])
        }
    }

    @Test(arguments: [0, 1, 2, -1])
    func concatenationInvertsSlicing(axis: Int) {
        let extent = x.shape[x.shape.normalized(axis: axis)]
        let parts = [x.sliced(axis: axis, 0..<1), x.sliced(axis: axis, 1..<extent)]
        #expect(concatenated(parts, axis: axis).values == x.values)
        let inputs = [
            Tensor.testValues(parts[0].shape, seed: 1), .testValues(parts[1].shape, seed: 2),
        ]
        expectGradients(of: { concatenated($0, axis: axis) }, at: inputs)
    }

    @Test func stacks() {
        let (a, b) = (Tensor([1, 2], shape: [2]), Tensor([3, 4], shape: [2]))
        #expect(stacked([a, b], axis: 0).values == [1, 2, 3, 4])
        #expect(stacked([a, b], axis: 1).values == [1, 3, 2, 4])
        #expect(stacked([a, b], axis: -1).values == [1, 3, 2, 4])
        expectGradients(of: { stacked($0, axis: 1) }, at: [a, b])
        #expect(stacked([a, a], axis: 0).shape == [2, 2])
        expectGradients(of: { stacked([$0[0], $0[0]], axis: 1) }, at: [a])
    }

    @Test func broadcastsAndRepeats() {
        let row = Tensor([1, 2, 3], shape: [3, 1])
        #expect(row.broadcast(to: [2, 3, 2]).values == [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3])
        #expect(row.repeated(2, axis: 0).values == [1, 1, 2, 2, 3, 3])
        #expect(x.repeated(3, axis: 1).shape == [2, 9, 4])
        #expect(x.repeated(2, axis: -1).values.prefix(4) == [0, 0, 1, 1])
        expectGradients(of: { $0[0].broadcast(to: [4, 2, 3]) }, at: [.testValues([2, 1])])
        expectGradients(of: { $0[0].repeated(3, axis: 0) }, at: [.testValues([2, 3])])
    }

    @Test func gathersRows() {
        #expect(x.gathered(rows: [1, 0, 1]).shape == [3, 3, 4])
        #expect(Tensor([5, 6, 7], shape: [3]).gathered(rows: [2, 2, 0]).values == [7, 7, 5])
        expectGradients(of: { $0[0].gathered(rows: [2, 0, 2, 1, 2]) }, at: [.testValues([4, 3])])
    }

    @Test func replacesTokens() {
        let replacement = Tensor([-1, -2, -3, -4, -5, -6, -7, -8], shape: [2, 4])
        let y = x.replacingTokens(at: [2, 0], with: replacement)
        #expect(y.sliced(axis: 0, 0..<1).values == [0, 1, 2, 3, 4, 5, 6, 7, -1, -2, -3, -4])
        #expect(y.sliced(axis: 0, 1..<2).values.prefix(5) == [-5, -6, -7, -8, 16])
        expectGradients(
            of: { $0[0].replacingTokens(at: [2, 0], with: $0[1]) },
            at: [.testValues([2, 3, 4]), .testValues([2, 4], seed: 2)]
        )
    }
}
