extension Decoder {
    /// Throws if a configuration has an option that its reader does not know: it might change results.
    ///
    /// - Parameter known: The options there may be.
    package func refuseOptions<Key: CodingKey>(unknownTo known: Key.Type) throws {
        for option in try container(keyedBy: OptionName.self).allKeys
        where Key(stringValue: option.stringValue) == nil {
            throw ModelFileError.unsupported(
                option: "the option \(option.stringValue)",
                value: "set",
                supported: "a model without it"
            )
        }
    }
}

/// The name of an option, whatever it is.
private struct OptionName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue _: Int) { nil }
}
