package import Foundation

/// Subjects with one or more pictures each, found in a folder; pictures are decoded when asked for.
///
/// Two layouts are told apart by looking: MVImgNet's (`CLASS/INSTANCE/images`, with masks in any of its three
/// forms) and a folder of pictures per subject.
package struct MultiViewDataset: Sendable {
    /// Where everything lies.
    package let folder: DatasetFolder
    /// The subjects, in the order of their names.
    package private(set) var subjects: [DatasetSubject]
    /// What was left out and why, for the job's log.
    package private(set) var notes: [String] = []

    /// Reads what is in a folder.
    package init(root: URL) throws {
        folder = try DatasetFolder(root: root)
        let captions = try CaptionIndex(folder)
        if try MultiViewDataset.isMVImgNet(folder) {
            (subjects, notes) = try MultiViewDataset.mvImgNetSubjects(folder, captions)
        } else {
            subjects = try MultiViewDataset.folderSubjects(folder, captions)
        }
        guard !subjects.isEmpty else { throw DatasetError.empty }
    }

    /// The data set with the subjects of some classes only.
    package func restricted(to classNames: [String]) throws -> MultiViewDataset {
        let found = Set(subjects.map(\.className))
        let missing = classNames.filter { !found.contains($0) }
        guard missing.isEmpty else {
            throw DatasetError.missingClasses(missing, found: found.sorted())
        }
        var copy = self
        copy.subjects = subjects.filter { classNames.contains($0.className) }
        return copy
    }

    /// What there is, in a sentence for the job's log.
    package var summary: String {
        let views = subjects.flatMap(\.views)
        let nouns = Set(subjects.map(\.className)).sorted()
        let shown = nouns.prefix(12).joined(separator: ", ") + (nouns.count > 12 ? ", …" : "")
        let masks = views.count { $0.mask != nil }
        return """
            Pictures: \(views.count), \(masks) of them with a mask file; \
            subjects: \(subjects.count) (\(shown)).
            """
    }

    /// Every picture, as the places of its subject and of its view there.
    package var viewPlaces: [(subject: Int, view: Int)] {
        subjects.indices.flatMap { subject in
            subjects[subject].views.indices.map { (subject, $0) }
        }
    }
}
