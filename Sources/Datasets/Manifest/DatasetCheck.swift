package import Imaging

/// What a look at all files of a data set has found.
package struct DatasetCheck: Sendable {
    /// Failures that are told in full.
    private static let toldFailures = 3

    /// What is wrong with each picture or mask that cannot be used.
    package fileprivate(set) var failures: [any Error] = []
    /// The pictures that the limits let be decoded only smaller than is wanted.
    package fileprivate(set) var reduced: [String] = []
    /// Whether the files were decoded, and not only their headers and ends looked at.
    package let isWhole: Bool

    /// Throws if a file cannot be used: all of them in one sentence, or what a disk said if that is all there
    /// is, because it may say something else the next time.
    package func requireUsable() throws {
        let lasting = failures.filter { error in
            if case ImageError.inFile(_, .unreadable) = error { false } else { true }
        }
        guard lasting.count > 1 else {
            if let first = lasting.first ?? failures.first { throw first }
            return
        }
        throw DatasetError.unusableFiles(
            lasting.prefix(DatasetCheck.toldFailures).map { "\($0)" },
            count: lasting.count
        )
    }

    /// A sentence about the pictures that are decoded smaller than is wanted; `nil` where there are none.
    package var warning: String? {
        guard !reduced.isEmpty else { return nil }
        let shown = reduced.prefix(DatasetCheck.toldFailures).joined(separator: ", ")
        let more = reduced.count > DatasetCheck.toldFailures ? ", …" : ""
        return """
            \(reduced.count) pictures of the data set have more pixels than are allowed \
            (CONTRAST_MAX_IMAGE_PIXELS) and are read smaller than the training wants them: \(shown)\(more).
            """
    }
}

extension MultiViewDataset {
    /// The number of pictures up to which all are decoded: more would take minutes.
    package static let wholeCheckLimit = 500

    /// Looks at every picture and mask: decodes them where there are few, and looks at headers and ends where
    /// there are many.
    ///
    /// - Parameters:
    ///   - sufficientSide: How large a picture's shorter side must be at least.
    ///   - limits: How much a file may ask for.
    ///   - wholeLimit: The number of pictures up to which all are decoded.
    ///   - pictureDone: Called after each picture; may throw to stop.
    package func check(
        sufficientSide: Int? = nil,
        limits: ImageLimits = ImageLimits(),
        wholeLimit: Int = wholeCheckLimit,
        pictureDone: () throws -> Void = {}
    ) throws -> DatasetCheck {
        let decoder = ImageDecoder(limits: limits, sufficientSide: sufficientSide)
        var check = DatasetCheck(isWhole: viewPlaces.count <= wholeLimit)
        for view in subjects.flatMap(\.views) {
            do {
                let isReduced = try naming(view.image) { file throws(ImageError) in
                    try decoder.inspect(contentsOf: file)
                }
                if isReduced { check.reduced.append(view.image) }
                if check.isWhole {
                    _ = try load(view, sufficientSide: sufficientSide, limits: limits)
                } else if let mask = view.mask {
                    _ = try naming(mask.path) { file throws(ImageError) in
                        try ImageDecoder(limits: limits).inspect(contentsOf: file)
                    }
                }
            } catch {
                check.failures.append(error)
            }
            try pictureDone()
        }
        return check
    }
}
