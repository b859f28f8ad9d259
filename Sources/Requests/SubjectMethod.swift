/// How the reference pictures of a subject reach the model.
package enum SubjectMethod: String, CaseIterable, Sendable {
    /// The whole method: S⁺ text features and the visual branch.
    case customcontrast
    /// The visual branch of an IP-Adapter or IP-Adapter-plus file alone.
    case ipAdapter = "ip_adapter"
    /// Not at all: the subject's class noun only, as a baseline.
    case textOnly = "text_only"
}
