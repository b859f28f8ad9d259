/// A job with files that nobody needs any more.
package struct Leftover: Sendable, Equatable {
    package let job: Int
    /// The attempt whose published files stay; nil where none do, because the job was pruned.
    package let publishedToken: Int?
}
