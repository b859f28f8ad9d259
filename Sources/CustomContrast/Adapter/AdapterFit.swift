/// The sizes of the models an adapter works with, as far as its file tells. They are known from the
/// file's header, before a base is loaded.
package struct AdapterFit: Sendable, Equatable {
    /// The width of the base's text embeddings.
    package let textWidth: Int
    /// The width of the image encoder's hidden states; nil if the adapter does not read them.
    package let imageWidth: Int?
    /// The width of the image encoder's projected output; nil if the adapter does not read it.
    package let embeddingWidth: Int?

    /// Creates the sizes, of an adapter or of a base.
    package init(textWidth: Int, imageWidth: Int?, embeddingWidth: Int?) {
        self.textWidth = textWidth
        self.imageWidth = imageWidth
        self.embeddingWidth = embeddingWidth
    }
}

extension AdapterFile {
    /// The sizes that the adapter asks for.
    package var fit: AdapterFit {
        switch design {
        case .customContrast(let configuration):
            AdapterFit(
                textWidth: configuration.textWidths.reduce(0, +),
                imageWidth: configuration.dimensions.imageWidth,
                embeddingWidth: nil
            )
        case .ipAdapterPlus(let dimensions, _):
            AdapterFit(
                textWidth: dimensions.outputWidth,
                imageWidth: dimensions.imageWidth,
                embeddingWidth: nil
            )
        case .ipAdapter(let embeddingWidth, _, let outputWidth):
            AdapterFit(
                textWidth: outputWidth,
                imageWidth: nil,
                embeddingWidth: embeddingWidth
            )
        }
    }

    /// Requires that a base has the sizes that the adapter asks for.
    ///
    /// - Parameters:
    ///   - found: The base's sizes; those of a base without image encoder are nil and not compared.
    ///   - base: What the user calls the base.
    package func requireFit(_ found: AdapterFit, base: String) throws(AdapterError) {
        let rows: [(part: String, needed: Int?, found: Int?, names: [Int: String])] = [
            ("base", fit.textWidth, found.textWidth, AdapterFit.baseNames),
            ("image encoder", fit.imageWidth, found.imageWidth, AdapterFit.hiddenNames),
            ("image encoder", fit.embeddingWidth, found.embeddingWidth, AdapterFit.projectionNames),
        ]
        for row in rows {
            guard let needed = row.needed, let found = row.found, needed != found else { continue }
            func words(_ width: Int) -> String {
                row.names[width].map { "\($0) (width \(width))" } ?? "width \(width)"
            }
            throw .doesNotFit(
                part: row.part,
                needed: words(needed),
                found: words(found),
                base: base,
                path: path
            )
        }
    }
}

extension AdapterFit {
    /// Published models by the width that tells them apart: of the text embeddings, …
    fileprivate static let baseNames = [
        768: "Stable Diffusion 1", 1024: "Stable Diffusion 2", 2048: "SDXL",
    ]
    /// … of the hidden states, …
    fileprivate static let hiddenNames = [
        768: "CLIP ViT-B", 1024: "CLIP ViT-L/14", 1280: "CLIP ViT-H/14", 1664: "CLIP ViT-bigG/14",
    ]
    /// … of the projected output.
    fileprivate static let projectionNames = [
        512: "CLIP ViT-B", 768: "CLIP ViT-L/14", 1024: "CLIP ViT-H/14", 1280: "CLIP ViT-bigG/14",
    ]
}
