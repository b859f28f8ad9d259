/// Where one part of a model keeps its tensors in a checkpoint of the original layout, the one in which
/// Stable Diffusion 1 and SDXL were first published as single files.
///
/// A rule names a layer in both layouts; what follows the layer's name (`weight`, `bias`, and in
/// attention the names of its inner layers) is the same in both.
struct OriginalKeyMap: Sendable, Equatable {
    /// What every key of the part begins with in the checkpoint.
    let prefix: String
    /// The names in the diffusers layout by those in the checkpoint, both without a prefix.
    private var names: [String: String] = [:]

    init(prefix: String) { self.prefix = prefix }

    /// Adds a layer.
    mutating func add(_ original: String, _ name: String) { names[original] = name }

    /// Adds a layer's inner layers.
    mutating func add(_ original: String, _ name: String, inner: [String: String]) {
        for (originalInner, innerName) in inner {
            add("\(original).\(originalInner)", "\(name).\(innerName)")
        }
    }

    /// The key in the diffusers layout of a key without the prefix; `nil` if no rule knows its layer.
    func name(of key: some StringProtocol) -> String? {
        // The longest name that begins the key counts.
        var end = key.endIndex
        while let dot = key[..<end].lastIndex(of: ".") {
            if let name = names[String(key[..<dot])] { return name + key[dot...] }
            end = dot
        }
        return names[String(key)]
    }
}
