/// A text file of a model folder.
package struct ModelFile: Sendable, Equatable {
    /// Where it lies in the folder, with slashes.
    package var path: String
    /// What it says.
    package var contents: String
}
