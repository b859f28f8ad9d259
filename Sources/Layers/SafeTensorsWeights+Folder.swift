internal import FoundationEssentials
internal import SafeTensors

extension SafeTensorsWeights {
    /// Opens the weights of one part of a model in the diffusers layout, such as `unet/`.
    ///
    /// Which of its files that is, `WeightFileChoice` says; `origin` tells which it was.
    ///
    /// - Parameters:
    ///   - path: The part's folder.
    ///   - variant: The variant to prefer, such as `fp16`.
    package init(folder path: String, variant: String? = nil) throws {
        let name = try SafeTensorsWeights.chosen(in: path, variant: variant)
        if name.hasSuffix(".json") {
            try self.init(index: "\(path)/\(name)")
        } else {
            try self.init(file: "\(path)/\(name)")
        }
    }

    /// The paths of the files that a part's weights are read from, sorted; others may lie beside them.
    package static func files(inFolder path: String, variant: String? = nil) throws -> [String] {
        let name = try chosen(in: path, variant: variant)
        guard name.hasSuffix(".json") else { return ["\(path)/\(name)"] }
        return try SafeTensorsIndex(path: "\(path)/\(name)").fileNames.map { "\(path)/\($0)" }
    }

    private static func chosen(in path: String, variant: String?) throws -> String {
        let found = try entries(of: path)
        if let name = WeightFileChoice.best(of: found, variant: variant) { return name }
        let variants = WeightFileChoice.variants(in: found)
        guard variants.isEmpty else {
            throw WeightError.severalVariants(folder: path, found: variants)
        }
        throw refusal(
            folder: path,
            found: found,
            lookedFor: WeightFileChoice.candidates(variant: variant)
        )
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
