/// How the reference pictures of a subject reach the model.
package enum SubjectMethod: String, CaseIterable, Sendable {
    /// The whole method: S⁺ text features and the visual branch.
    case customcontrast
    /// The visual branch of an IP-Adapter file alone.
    case ipAdapter = "ip-adapter"
    /// The visual branch of an IP-Adapter-plus file alone.
    case ipAdapterPlus = "ip-adapter-plus"
    /// Not at all: the subject's class noun only, as a baseline.
    case textOnly = "text_only"
}
