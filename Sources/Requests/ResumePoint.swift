package import Foundation

/// Where an earlier attempt of the same job got to.
package struct ResumePoint: Sendable, Equatable {
    /// The steps done.
    package let step: Int
    /// The checkpoint's folder.
    package let folder: URL

    package init(step: Int, folder: URL) {
        self.step = step
        self.folder = folder
    }
}
