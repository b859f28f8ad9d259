/// Which pieces of the method take part, so that Tables 3 and 4 are configurations of one program.
package struct AblationSwitches: Sendable, Equatable, Codable {
    /// The visual Q-Former and the visual cross-attention branch.
    package var visual: Bool
    /// The textual Q-Former and the S⁺ placeholder.
    package var textual: Bool
    /// Textual-visual fusion of the visual features.
    package var fusion: Bool
    /// Crossmodal semantic contrastive learning (CSCL).
    package var semanticContrast: Bool
    /// Multiscale appearance contrastive learning (MACL).
    package var appearanceContrast: Bool
    /// The location loss in training.
    package var locationLoss: Bool
    /// The location mask in inference.
    package var locationMask: Bool

    /// The whole method (ID 5).
    package static let full = AblationSwitches(
        visual: true,
        textual: true,
        fusion: true,
        semanticContrast: true,
        appearanceContrast: true,
        locationLoss: true,
        locationMask: true
    )

    /// The row of Table 3 (ID 0–2) or Table 4 (ID 2–5) with this number; `nil` for any other.
    ///
    /// 0: visual only · 1: with textual · 2: with fusion · 3: with CSCL · 4: with MACL · 5: with both.
    /// The paper does not say whether rows 0–4 had the location loss; here it stays wherever there is a
    /// placeholder to locate, so that neighbouring rows differ in one piece.
    package init?(tableRow id: Int) {
        guard 0...5 ~= id else { return nil }
        self = .full
        textual = id >= 1
        fusion = id >= 2
        semanticContrast = id == 3 || id == 5
        appearanceContrast = id >= 4
        locationLoss = textual
        locationMask = textual
    }

    /// Creates switches one by one.
    package init(
        visual: Bool,
        textual: Bool,
        fusion: Bool,
        semanticContrast: Bool,
        appearanceContrast: Bool,
        locationLoss: Bool,
        locationMask: Bool
    ) {
        self.visual = visual
        self.textual = textual
        self.fusion = fusion
        self.semanticContrast = semanticContrast
        self.appearanceContrast = appearanceContrast
        self.locationLoss = locationLoss
        self.locationMask = locationMask
    }

    /// Says, in a sentence, why these switches do not go together; `nil` if they do.
    package var contradiction: String? {
        if !visual && !textual { return "at least one of visual and textual must be on" }
        if fusion && !(visual && textual) { return "fusion needs both visual and textual" }
        if semanticContrast && !(visual && textual) {
            return "semanticContrast compares visual and textual features, so it needs both"
        }
        if appearanceContrast && !textual { return "appearanceContrast needs textual" }
        if locationLoss && !textual { return "locationLoss needs the placeholder of textual" }
        if locationMask && !textual { return "locationMask needs the placeholder of textual" }
        return nil
    }
}
