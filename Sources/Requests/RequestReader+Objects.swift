extension RequestReader {
    /// `allow_changed_models`.
    func allowsChangedModels() throws(RequestError) -> Bool {
        try flag(
            "allow_changed_models",
            default: false,
            "Use a registered model although its files are not what they were."
        )
    }

    /// An object inside this one; when absent it is read from an empty object, so its defaults count.
    ///
    /// - Parameter word: The field of the object that may be written in its place, if there is one.
    package func object<Object: RequestObject>(
        _ name: String,
        _: Object.Type,
        orJust word: String? = nil,
        _ summary: String
    ) throws(RequestError) -> Object {
        let inner = Object.fields
        let words = inner.first { $0.path == word }?.limit
        describe(
            name,
            type: word == nil ? "object" : "string or object",
            absent: "`{}`",
            limit: (words.map { "\($0), or " } ?? "") + "the fields below",
            summary: summary,
            inner: inner
        )
        if members == nil { return try Object(.describing()) }
        var value = value(name) ?? .object([:])
        if let word, case .string = value { value = .object([word: value]) }
        let (object, resolved) = try Self.decode(
            Object.self,
            from: value,
            at: "\(path).\(name)"
        )
        resolve(name, resolved)
        return object
    }

    /// An object inside this one; nil when absent, for the reason `absent` gives.
    package func optionalObject<Object: RequestObject>(
        _ name: String,
        _: Object.Type,
        absent: String,
        _ summary: String
    ) throws(RequestError) -> Object? {
        describe(
            name,
            type: "object",
            absent: absent,
            limit: "the fields below",
            summary: summary,
            inner: Object.fields
        )
        guard let value = value(name) else { return nil }
        let (object, resolved) = try Self.decode(Object.self, from: value, at: "\(path).\(name)")
        resolve(name, resolved)
        return object
    }

    /// A list of objects; empty when absent.
    package func objects<Object: RequestObject>(
        _ name: String,
        _: Object.Type,
        count: ClosedRange<Int>,
        _ summary: String
    ) throws(RequestError) -> [Object] {
        describe(
            name,
            type: "array of objects",
            absent: count.lowerBound == 0 ? "`[]`" : "required",
            limit: "\(Self.text(count)) objects",
            summary: summary,
            inner: Object.fields,
            separator: "[]."
        )
        var found: [Object] = []
        var values: [JSONValue] = []
        for (index, element) in try array(name, count: count).enumerated() {
            let (object, resolved) = try Self.decode(
                Object.self,
                from: element,
                at: "\(path).\(name)[\(index)]"
            )
            found.append(object)
            values.append(resolved)
        }
        resolve(name, .array(values))
        return found
    }

    /// References to pictures: each a path, or an object `{path, sha256}` with at least one of the two.
    package func files(
        _ name: String,
        count: ClosedRange<Int>,
        _ summary: String
    ) throws(RequestError) -> [FileReference] {
        describe(
            name,
            type: "array of strings or objects",
            absent: "required",
            limit: "\(Self.text(count)) files",
            summary: summary
        )
        guard members != nil else { return [] }
        guard has(name) else { throw missing(name, "an array of \(Self.text(count)) files") }
        let elements = try array(name, count: count)
        var found: [FileReference] = []
        for (index, element) in elements.enumerated() {
            found.append(try FileReference(element, at: "\(path).\(name)[\(index)]"))
        }
        resolve(name, .array(elements))
        return found
    }

    /// A reference to one file; nil when absent, for the reason `absent` gives.
    package func optionalFile(
        _ name: String,
        absent: String,
        _ summary: String
    ) throws(RequestError) -> FileReference? {
        describe(
            name,
            type: "string or object",
            absent: absent,
            limit: FileReference.limit,
            summary: summary
        )
        guard let value = value(name) else { return nil }
        resolve(name, value)
        return try FileReference(value, at: "\(path).\(name)")
    }

    /// Where a model, an adapter or a data set lies; `fallback` when absent.
    package func location(
        _ name: String,
        default fallback: String,
        _ summary: String
    ) throws(RequestError) -> ArtifactLocation {
        try optionalLocation(name, absent: "`\"\(fallback)\"`", fallback: fallback, summary)
            ?? .folder(fallback)
    }

    /// Where a model, an adapter or a data set lies; it has to be given.
    package func requiredLocation(
        _ name: String,
        _ summary: String
    ) throws(RequestError) -> ArtifactLocation {
        let found = try optionalLocation(name, absent: "required", summary)
        if let found { return found }
        guard members == nil else { throw missing(name, "a path, or \"job:ID\"") }
        return .folder("")
    }

    /// Where a model, an adapter or a data set lies; nil when absent, for the reason `absent` gives.
    package func optionalLocation(
        _ name: String,
        absent: String,
        fallback: String? = nil,
        _ summary: String
    ) throws(RequestError) -> ArtifactLocation? {
        describe(
            name,
            type: "string",
            absent: absent,
            limit: ArtifactLocation.limit,
            summary: summary
        )
        guard let value = value(name) else {
            resolve(name, fallback.map { .string($0) })
            return nil
        }
        guard case .string(let text) = value else {
            throw error(name, "expected a string, found \(value.summary); put it in quotes")
        }
        resolve(name, value)
        return try ArtifactLocation(text, at: "\(path).\(name)")
    }
}
