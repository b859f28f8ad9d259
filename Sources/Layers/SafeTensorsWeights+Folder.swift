internal import FoundationEssentials
internal import SafeTensors

extension SafeTensorsWeights {
    /// Opens the weights of one part of a model in the diffusers layout, such as `unet/`.
    ///
    /// Looks for `diffusion_pytorch_model` and `model`, each as one file and as an index of several, of
    /// the preferred variant, then without a variant, then as `fp16`. `origin` tells which it was.
    ///
    /// - Parameters:
    ///   - path: The part's folder.
    ///   - variant: The variant to prefer, such as `fp16`.
    package init(folder path: String, variant: String? = nil) throws {
        let found = try SafeTensorsWeights.entries(of: path)
        let candidates = SafeTensorsWeights.candidates(variant: variant)
        guard let name = candidates.first(where: found.contains) else {
            throw SafeTensorsWeights.refusal(folder: path, found: found, lookedFor: candidates)
        }
        if name.hasSuffix(".json") {
            try self.init(index: "\(path)/\(name)")
        } else {
            try self.init(file: "\(path)/\(name)")
        }
    }

    /// The file names to look for, best first.
    private static func candidates(variant: String?) -> [String] {
        var variants: [String?] = [variant, nil, "fp16"]
        if variant == nil { variants.removeFirst() }
        return variants.flatMap { variant in
            ["diffusion_pytorch_model", "model"].flatMap { stem in
                let suffix = variant.map { ".\($0)" } ?? ""
                return [
                    "\(stem)\(suffix).safetensors",
                    "\(stem).safetensors.index\(suffix).json",
                ]
            }
        }
    }

    private static func entries(of path: String) throws -> Set<String> {
        do {
            return Set(try FileManager.default.contentsOfDirectory(atPath: path))
        } catch {
            throw WeightError.noFolder(path)
        }
    }

    /// Why a folder without safetensors is refused: a pickle is named with its conversion.
    private static func refusal(
        folder path: String,
        found: Set<String>,
        lookedFor: [String]
    ) -> any Error {
        let pickles = found.filter { name in
            [".bin", ".ckpt", ".pt", ".pth"].contains(where: name.hasSuffix)
        }
        if let name = pickles.min() {
            do {
                _ = try SafeTensorsFile(path: "\(path)/\(name)")
            } catch SafeTensorsError.foreignFormat(let format, let path) {
                return SafeTensorsError.foreignFormat(format, path: path)
            } catch {
                return WeightError.noFile(
                    folder: path,
                    lookedFor: lookedFor,
                    found: found.sorted()
                )
            }
        }
        return WeightError.noFile(folder: path, lookedFor: lookedFor, found: found.sorted())
    }
}
