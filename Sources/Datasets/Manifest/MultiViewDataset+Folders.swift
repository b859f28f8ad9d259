extension MultiViewDataset {
    /// One subject per folder that has pictures; pictures in the root itself are a subject each.
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
        var subjects = try views(in: "").map { view in
            DatasetSubject(name: view.image, className: "object", views: [view])
        }
        for name in try folder.names(in: "") where folder.hasFolder(name) && name != "masks" {
            let found = try views(in: name)
            guard !found.isEmpty else { continue }
            let stated = try folder.lines(of: "\(name)/class.txt")?.first { !$0.isEmpty }
            subjects.append(
                DatasetSubject(
                    name: name,
                    className: stated ?? className(ofFolder: name),
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
        return words.isEmpty ? "object" : words.joined(separator: " ")
    }
}
