/// One picture of a subject.
package struct SubjectView: Sendable, Equatable {
    /// The picture's path below the data set's root.
    package var image: String
    /// Where its subject is told; `nil` leaves the picture's own transparency, or all of it.
    package var mask: MaskFile?
    /// Its caption, if the data set has one.
    package var caption: String?

    /// The caption if it has a class noun in it, as an adapter's training needs.
    package func caption(naming className: String) -> String? {
        caption.flatMap { ObjectTemplates.names(className, in: $0) ? $0 : nil }
    }
}

/// A file that tells where a picture's subject is.
package struct MaskFile: Sendable, Equatable {
    /// How the file tells it.
    package enum Form: Sendable, Equatable {
        /// By grey values, 0 outside and 255 inside.
        case grey
        /// By grey values above 225, as MVImgNet's masks are given.
        case brightGrey
        /// By the transparency of a cut-out.
        case transparency
    }

    /// The path below the data set's root.
    package var path: String
    /// How the file tells it.
    package var form: Form
}
