extension MultiViewDataset {
    /// Whether a folder has MVImgNet's layout: a class number, an instance, `images`.
    static func isMVImgNet(_ folder: DatasetFolder) throws -> Bool {
        try folder.names(in: "").contains { name in
            guard Int(name) != nil, folder.hasFolder(name) else { return false }
            return try folder.names(in: name).contains { folder.hasFolder("\(name)/\($0)/images") }
        }
    }

    /// The instances of every class, and notes about pictures left out.
    static func mvImgNetSubjects(
        _ folder: DatasetFolder,
        _ captions: CaptionIndex
    ) throws -> (subjects: [DatasetSubject], notes: [String]) {
        let categories = try categories(folder)
        var subjects: [DatasetSubject] = []
        var notes: [String] = []
        for name in try folder.names(in: "") {
            guard let number = Int(name), folder.hasFolder(name) else { continue }
            guard let className = categories[number] else {
                throw DatasetError.unknownClass(number)
            }
            for instance in try folder.names(in: name) {
                let place = "\(name)/\(instance)"
                guard folder.hasFolder("\(place)/images") else { continue }
                var views = try folder.pictureNames(in: "\(place)/images").map { picture in
                    let image = "\(place)/images/\(picture)"
                    return SubjectView(
                        image: image,
                        mask: mvImgNetMask(folder, instance: place, picture: picture),
                        caption: try captions.caption(for: image)
                    )
                }
                // Where masks are given at all, a frame without one was skipped by the segmentation.
                let masked = views.filter { $0.mask != nil }
                if !masked.isEmpty, masked.count < views.count {
                    notes.append("\(place): \(views.count - masked.count) pictures have no mask")
                    views = masked
                }
                guard !views.isEmpty else { continue }
                subjects.append(DatasetSubject(name: place, className: className, views: views))
            }
        }
        return (subjects, notes)
    }

    /// The mask of a frame in one of the three forms that are in use.
    private static func mvImgNetMask(
        _ folder: DatasetFolder,
        instance: String,
        picture: String
    ) -> MaskFile? {
        let stem = picture.split(separator: ".").dropLast().joined(separator: ".")
        // MVImgNet 2.0: beside `images`.
        for name in ["\(stem).png", "\(picture).png", "\(stem).jpg"] {
            let path = "\(instance)/masks/\(name)"
            if folder.exists(path) { return MaskFile(path: path, form: .grey) }
        }
        // The separate download: a tree of its own, `001.jpg.png`.
        let tree = "mask/\(instance)/\(picture).png"
        if folder.exists(tree) { return MaskFile(path: tree, form: .brightGrey) }
        // Cut-outs beside the frames.
        let cutOut = "\(instance)/images/\(stem)_bg_removed.png"
        return folder.exists(cutOut) ? MaskFile(path: cutOut, form: .transparency) : nil
    }

    /// The nouns of `mvimgnet_category.txt` by class number, its known misspellings mended.
    private static func categories(_ folder: DatasetFolder) throws -> [Int: String] {
        let name = "mvimgnet_category.txt"
        let corrections = ["wahser": "washer"]
        var categories: [Int: String] = [:]
        for (index, line) in (try folder.lines(of: name) ?? []).enumerated() where !line.isEmpty {
            let fields = line.split(separator: ",", maxSplits: 1)
            guard fields.count == 2, let number = Int(fields[0].filter { $0 != " " }) else {
                throw DatasetError.malformedLine(
                    file: name,
                    line: index + 1,
                    expected: "a class number, a comma and a name"
                )
            }
            let noun = fields[1].split(separator: " ").joined(separator: " ").lowercased()
            categories[number] = corrections[noun] ?? noun
        }
        return categories
    }
}
