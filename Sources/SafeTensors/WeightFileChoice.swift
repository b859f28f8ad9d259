/// Which file of a folder holds the weights of a part of a model, told by the names of its files.
///
/// The names are those of diffusers and transformers: `diffusion_pytorch_model` or `model`, as one file or as
/// an index of several, of a variant or none.
package enum WeightFileChoice {
    private static let stems = ["diffusion_pytorch_model", "model"]
    private static let ending = ".safetensors"

    /// The file to read: of the preferred variant, then without a variant, then `fp16`, then of the only
    /// other variant there is; `nil` if there is none, or several others.
    package static func best(of names: Set<String>, variant: String? = nil) -> String? {
        if let name = candidates(variant: variant).first(where: names.contains) { return name }
        let others = variants(in: names)
        guard others.count == 1, let only = others.first else { return nil }
        return self.names(of: only).first(where: names.contains)
    }

    /// The names to look for, best first.
    package static func candidates(variant: String? = nil) -> [String] {
        ([variant, nil, "fp16"] as [String?]).dropFirst(variant == nil ? 1 : 0).flatMap(names)
    }

    /// The variants of which a folder has weights.
    package static func variants(in names: Set<String>) -> [String] {
        let found = names.compactMap { name -> String? in
            guard let stem = stems.first(where: { name.hasPrefix("\($0).") }) else { return nil }
            let parts = name.dropFirst(stem.count + 1).split(separator: ".").map(String.init)
            let isIndex = parts.contains("index") && parts.last == "json"
            let rest = parts.filter { !["safetensors", "index", "json"].contains($0) }
            guard parts.contains("safetensors"), isIndex || parts.last == "safetensors",
                rest.count == 1, let variant = rest.first, !variant.contains("-of-")
            else { return nil }
            return variant
        }
        return Set(found).sorted()
    }

    /// What the weights of a variant are called. Indexes of variants had other names before.
    private static func names(of variant: String?) -> [String] {
        stems.flatMap { stem -> [String] in
            guard let variant else {
                return ["\(stem)\(ending)", "\(stem)\(ending).index.json"]
            }
            return [
                "\(stem).\(variant)\(ending)", "\(stem)\(ending).index.\(variant).json",
                "\(stem)\(ending).\(variant).index.json", "\(stem).\(variant)\(ending).index.json",
            ]
        }
    }
}
