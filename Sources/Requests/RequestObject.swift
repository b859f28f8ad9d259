/// A part of a request that is one JSON object: its initialiser names every field it accepts, once,
/// with default and limit; decoding, `docs/JOBS.md` and `request.json` all come from there.
package protocol RequestObject: Sendable {
    init(_ fields: RequestReader) throws(RequestError)
}

extension RequestObject {
    /// Every field that the object accepts, in the order it reads them.
    package static var fields: [FieldDescription] {
        let reader = RequestReader.describing()
        _ = try? Self(reader)
        return reader.described
    }
}
