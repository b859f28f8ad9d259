internal import SmallWorld

/// What a judge is asked about a picture.
package enum ZeroShotQuestion: String, CaseIterable, Sendable {
    case subjectClass = "class"
    case scene

    /// The answers it can give.
    package var labels: [String] {
        switch self {
        case .subjectClass: SubjectClass.allCases.map(\.rawValue)
        case .scene: Scene.allCases.map(\.rawValue)
        }
    }
}
