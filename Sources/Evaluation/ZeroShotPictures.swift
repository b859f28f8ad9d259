/// The pictures of a zero-shot evaluation, PNG files in the order of the captions, and what was recognised.
package struct ZeroShotPictures: Sendable {
    package let painted: [[UInt8]]
    package let rendered: [[UInt8]]
    package let paintedResult: ZeroShotResult
    package let renderedResult: ZeroShotResult

    /// Both results with the names that metrics and reports have for them.
    var results: [(name: String, result: ZeroShotResult)] {
        [("generated", paintedResult), ("rendered", renderedResult)]
    }
}
