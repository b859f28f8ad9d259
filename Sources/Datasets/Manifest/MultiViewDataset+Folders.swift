internal import Foundation

extension MultiViewDataset {
    /// The class of subjects that nothing gives a noun to.
    static let unnamedClass = "object"

    /// Throws if pictures lie in the root and nothing says what they show: an adapter would learn that each
    /// of them is another thing.
    package func requireNouns() throws(DatasetError) {
        if let loose = subjects.first(where: { $0.name == $0.views[0].image }) {
            throw .pictureWithoutNoun(loose.name)
        }
    }

    /// One subject per folder that has pictures. Pictures in the root itself are one subject if `class.txt`
    /// lies beside them, and a subject each, of class "object", if not.
    ///
    /// A subject's class is the first line of `class.txt` in its folder, or its folder's name without digits
    /// at the end: `backpack_2` is a backpack. Masks are `masks/NAME.png`, `NAME_mask.png`, or the pictures'
    /// own transparency.
    static func folderSubjects(
        _ folder: DatasetFolder,
        _ captions: CaptionIndex
    ) throws -> [DatasetSubject] {
        func views(in place: String) throws -> [SubjectView] {
            let prefix = place.isEmpty ? "" : place + "/"
            return try folder.pictureNames(in: place).map { picture in
                let stem = picture.split(separator: ".").dropLast().joined(separator: ".")
                let mask = ["\(prefix)masks/\(stem).png", "\(prefix)\(stem)_mask.png"]
                    .first { folder.exists($0) }
                return SubjectView(
                    image: prefix + picture,
                    mask: mask.map { MaskFile(path: $0, form: .grey) },
                    caption: try captions.caption(for: prefix + picture)
                )
            }
        }
        func statedClass(in place: String) throws -> String? {
            let name = place.isEmpty ? "class.txt" : "\(place)/class.txt"
            return try folder.lines(of: name)?
                .map { $0.trimmingCharacters(in: .whitespaces) }.first { !$0.isEmpty }
        }
        let loose = try views(in: "")
        var subjects: [DatasetSubject]
        if !loose.isEmpty, let className = try statedClass(in: "") {
            subjects = [DatasetSubject(name: ".", className: className, views: loose)]
        } else {
            subjects = loose.map { view in
                DatasetSubject(name: view.image, className: unnamedClass, views: [view])
            }
        }
        for name in try folder.names(in: "") where folder.hasFolder(name) && name != "masks" {
            let found = try views(in: name)
            guard !found.isEmpty else { continue }
            subjects.append(
                DatasetSubject(
                    name: name,
                    className: try statedClass(in: name) ?? className(ofFolder: name),
                    views: found
                )
            )
        }
        return subjects
    }

    /// The noun in a folder's name.
    private static func className(ofFolder name: String) -> String {
        var words = name.lowercased().split { "_- ".contains($0) }.map(String.init)
        if let last = words.popLast() {
            let letters = last.reversed().drop { $0.isNumber }.reversed()
            if !letters.isEmpty { words.append(String(letters)) }
        }
        return words.isEmpty ? unnamedClass : words.joined(separator: " ")
    }
}
