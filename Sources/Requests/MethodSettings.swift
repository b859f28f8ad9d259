/// What is trained, and which pieces of the method are on: Tables 3 and 4 of the paper are settings of it.
package struct MethodSettings: RequestObject, Equatable {
    /// CustomContrast, or one of the peers that are its visual branch alone.
    package let name: AdapterMethod
    /// The row of Tables 3 and 4 that the other switches start from.
    package let ablation: Int
    /// Textual Q-Former and S⁺ conditioning (off in row 0).
    package let usesTextualQFormer: Bool
    /// Fusion of textual into visual features (paper Eq. 2; from row 2 on).
    package let usesTVFusion: Bool
    /// Cross-modal semantic contrastive loss (paper Eq. 4; rows 3 and 5).
    package let usesSemanticContrast: Bool
    /// Multi-scale appearance contrastive loss (paper Eq. 7; rows 4 and 5).
    package let usesAppearanceContrast: Bool
    /// Location loss (paper Eq. 8).
    package let usesLocationLoss: Bool
    /// Visual tokens m that the Visual Q-Former makes.
    package let visualTokenCount: Int
    /// Depth of both Q-Formers.
    package let depth: Int
    /// How many cross-attention layers share one textual feature (SDXL).
    package let grouping: LayerGrouping
    /// Where the textual feature stands in a caption.
    package let placeholder: PlaceholderChoice

    package init(_ fields: RequestReader) throws(RequestError) {
        name = try fields.choice(
            "name",
            default: .customcontrast,
            "What is trained. The IP-Adapters have none of the pieces below, 4 layers, and a file that "
                + "diffusers reads."
        )
        let isOwn = name == .customcontrast
        let row = try fields.integer(
            "ablation",
            default: isOwn ? 5 : 0,
            in: 0...5,
            "Row of the paper's Tables 3 and 4: 0 visual branch only, 1 with S⁺, 2 with TV fusion, "
                + "3 with CSCL, 4 with MACL, 5 everything. The switches below override it."
        )
        ablation = row
        usesTextualQFormer = try fields.flag(
            "textual_qformer",
            default: row >= 1,
            "Textual Q-Former and S⁺ conditioning."
        )
        usesTVFusion = try fields.flag("tv_fusion", default: row >= 2, "TV fusion (Eq. 2).")
        usesSemanticContrast = try fields.flag(
            "cscl",
            default: row == 3 || row == 5,
            "Cross-modal semantic contrast (Eq. 4)."
        )
        usesAppearanceContrast = try fields.flag(
            "macl",
            default: row >= 4,
            "Multi-scale appearance contrast (Eq. 7)."
        )
        usesLocationLoss = try fields.flag(
            "location_loss",
            default: row >= 1,
            "Location loss (Eq. 8, balanced form)."
        )
        visualTokenCount = try fields.integer(
            "visual_tokens",
            default: name == .ipAdapter ? 4 : 16,
            in: 1...64,
            "Visual tokens m; `ip-adapter` has 4."
        )
        depth = try fields.integer("depth", default: 4, in: 1...12, "Layers of each Q-Former.")
        grouping = try fields.choice(
            "grouping",
            default: .automatic,
            "Cross-attention layers per textual feature: each its own, one per transformer block "
                + "group, or `auto` (SD v1.5 `attention`, SDXL `block`)."
        )
        placeholder = try fields.choice(
            "placeholder",
            default: .replace,
            "Where S⁺ stands in a caption: `replace` takes the class noun's place, `before` leaves the noun after it, "
                + "which keeps the class where few subjects are trained on."
        )
        try fields.require(
            isOwn || !usesTextualQFormer,
            "textual_qformer",
            "expected false for \(name.rawValue), found true; leave it and \"ablation\" out"
        )
        try fields.require(
            isOwn || depth == 4,
            "depth",
            "expected 4 for \(name.rawValue), found \(depth); leave it out"
        )
        try fields.require(
            name != .ipAdapter || visualTokenCount == 4,
            "visual_tokens",
            "expected 4 for ip-adapter, found \(visualTokenCount); leave it out"
        )
        try fields.require(
            usesTextualQFormer || placeholder == .replace,
            "placeholder",
            "expected replace without the textual Q-Former, found before; leave it out"
        )
        for (piece, isOn) in [
            ("tv_fusion", usesTVFusion), ("cscl", usesSemanticContrast),
            ("macl", usesAppearanceContrast), ("location_loss", usesLocationLoss),
        ] {
            try fields.require(
                usesTextualQFormer || !isOn,
                piece,
                "expected false without the textual Q-Former, found true; "
                    + "turn textual_qformer on, or this off"
            )
        }
    }
}
