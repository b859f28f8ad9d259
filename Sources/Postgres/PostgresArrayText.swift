/// PostgreSQL's text format of one-dimensional arrays: `{1,NULL,"a \"quoted\" text"}`.
package enum PostgresArrayText {
    /// The literal of an array whose elements are given in their own text format; nil is NULL.
    package static func encode(_ elements: some Sequence<String?>) -> String {
        var literal = "{"
        for (index, element) in elements.enumerated() {
            if index > 0 { literal += "," }
            guard let element else {
                literal += "NULL"
                continue
            }
            literal += "\""
            for scalar in element.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { literal += "\\" }
                literal.unicodeScalars.append(scalar)
            }
            literal += "\""
        }
        return literal + "}"
    }

    /// The elements of an array's literal; nil if it is not one, or has several dimensions.
    package static func decode(_ literal: String) -> [String?]? {
        var scalars = Substring(literal).unicodeScalars
        guard scalars.popFirst() == "{" else { return nil }
        if scalars.first == "}" { return scalars.count == 1 ? [] : nil }
        var elements: [String?] = []
        while true {
            if scalars.first == "\"" {
                guard let element = quotedElement(&scalars) else { return nil }
                elements.append(element)
            } else {
                guard let element = bareElement(&scalars) else { return nil }
                elements.append(element == "NULL" ? nil : element)
            }
            switch scalars.popFirst() {
            case ",": continue
            case "}": return scalars.isEmpty ? elements : nil
            default: return nil
            }
        }
    }

    private static func quotedElement(_ scalars: inout Substring.UnicodeScalarView) -> String? {
        scalars.removeFirst()
        var element = String.UnicodeScalarView()
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"": return String(element)
            case "\\":
                guard let escaped = scalars.popFirst() else { return nil }
                element.append(escaped)
            default: element.append(scalar)
            }
        }
        return nil
    }

    private static func bareElement(_ scalars: inout Substring.UnicodeScalarView) -> String? {
        let element = scalars.prefix { $0 != "," && $0 != "}" }
        guard !element.isEmpty, !element.contains(where: { "{\"\\".unicodeScalars.contains($0) })
        else {
            return nil
        }
        scalars.removeFirst(element.count)
        return String(element)
    }
}
