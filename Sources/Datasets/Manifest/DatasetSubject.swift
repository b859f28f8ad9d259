/// A subject and the pictures of it, in the order they were taken.
package struct DatasetSubject: Sendable, Equatable {
    /// Its folder below the data set's root.
    package var name: String
    /// The noun for it, such as "teddy bear".
    package var className: String
    /// Its pictures, at least one.
    package var views: [SubjectView]
}
