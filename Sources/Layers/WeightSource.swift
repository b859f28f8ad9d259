package import Tensors

/// Where the weights of a model come from: files, or tensors in memory.
package protocol WeightSource {
    /// What to call the source in an error, such as a file's name.
    var origin: String { get }
    /// The keys of all tensors.
    var keys: Set<String> { get }
    /// The extents of a tensor, without reading its values; `nil` if there is none of that key.
    func shape(of key: String) -> [Int]?
    /// How many bytes a value of a tensor takes where it is stored.
    func storedSize(of key: String) -> Int
    /// The values of a tensor as float32. Asking for a key that is not in `keys` throws.
    func tensor(_ key: String) throws -> Tensor
}

extension WeightSource {
    /// As float32.
    package func storedSize(of _: String) -> Int { MemoryLayout<Float>.stride }
}
