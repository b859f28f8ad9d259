import Foundation
import Layers
import Tensors
import Testing

/// Tensors of the listed shapes that all share one untouched block of memory.
struct BlankWeights: WeightSource {
    /// Memory that the system hands out when it is touched, which nobody does.
    @safe
    final class Block: ReclaimableMemory, @unchecked Sendable {
        let base: UnsafeMutableRawPointer
        init(count: Int) { unsafe base = calloc(count, MemoryLayout<Float>.stride)! }
        deinit { unsafe free(base) }
        func reclaim() {}
    }

    let origin = "the list"
    let shapes: [String: [Int]]
    /// IP-Adapter's numbers of the cross-attention layers.
    let numbers: [String: Int]
    let block: Block

    init(list file: URL) throws {
        var (shapes, numbers) = ([String: [Int]](), [String: Int]())
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts[1].hasPrefix("#") {
                numbers[String(parts[0])] = Int(parts[1].dropFirst())
            } else {
                shapes[String(parts[0])] = parts[1].split(separator: ",").compactMap { Int($0) }
            }
        }
        (self.shapes, self.numbers) = (shapes, numbers)
        block = Block(count: shapes.values.map { $0.reduce(1, *) }.max() ?? 0)
    }

    var keys: Set<String> { Set(shapes.keys) }

    func shape(of key: String) -> [Int]? { shapes[key] }

    func tensor(_ key: String) throws -> Tensor {
        let shape = Shape(try #require(shapes[key]))
        let values = unsafe block.base.assumingMemoryBound(to: Float.self)
        let storage = unsafe TensorStorage(
            mapped: values,
            count: shape.elementCount,
            owner: block
        )
        return Tensor(shape: shape, storage: storage)
    }
}
