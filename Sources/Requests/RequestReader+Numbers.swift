extension RequestReader {
    /// An integer in a range, `fallback` when absent.
    package func integer(
        _ name: String,
        default fallback: Int,
        in range: ClosedRange<Int>,
        _ summary: String
    ) throws(RequestError) -> Int {
        describe(
            name,
            type: "integer",
            absent: "`\(fallback)`",
            limit: Self.text(range),
            summary: summary
        )
        let found = try optional(name, in: range, multipleOf: 1) ?? fallback
        resolve(name, .integer(found))
        return found
    }

    /// An integer in a range that has to be given.
    package func requiredInteger(
        _ name: String,
        in range: ClosedRange<Int>,
        _ summary: String
    ) throws(RequestError) -> Int {
        describe(
            name,
            type: "integer",
            absent: "required",
            limit: Self.text(range),
            summary: summary
        )
        guard members != nil else { return range.lowerBound }
        guard let found = try optional(name, in: range, multipleOf: 1) else {
            throw missing(name, "an integer")
        }
        resolve(name, .integer(found))
        return found
    }

    /// An integer in a range and a multiple of `step`; nil when absent, for the reason `absent` gives.
    package func optionalInteger(
        _ name: String,
        in range: ClosedRange<Int>,
        multipleOf step: Int = 1,
        absent: String,
        _ summary: String
    ) throws(RequestError) -> Int? {
        describe(
            name,
            type: "integer",
            absent: absent,
            limit: Self.text(range) + (step == 1 ? "" : ", a multiple of \(step)"),
            summary: summary
        )
        let found = try optional(name, in: range, multipleOf: step)
        resolve(name, found.map { .integer($0) })
        return found
    }

    /// So many integers in a range; nil when absent, for the reason `absent` gives.
    package func optionalIntegers(
        _ name: String,
        count: Int,
        in range: ClosedRange<Int>,
        absent: String,
        _ summary: String
    ) throws(RequestError) -> [Int]? {
        describe(
            name,
            type: "array of integers",
            absent: absent,
            limit: "\(count) integers \(Self.text(range))",
            summary: summary
        )
        guard has(name) else {
            resolve(name, nil)
            return nil
        }
        let elements = try array(name, count: count...count)
        var found: [Int] = []
        for (index, element) in elements.enumerated() {
            guard case .integer(let value) = element, range.contains(value) else {
                throw error(
                    "\(name)[\(index)]",
                    "expected an integer \(Self.text(range)), found \(element.summary); write a whole number "
                        + "without quotes"
                )
            }
            found.append(value)
        }
        resolve(name, .array(elements))
        return found
    }

    /// A number in a range, `fallback` when absent.
    package func number(
        _ name: String,
        default fallback: Double,
        in range: ClosedRange<Double>,
        _ summary: String
    ) throws(RequestError) -> Float {
        describe(
            name,
            type: "number",
            absent: "`\(Self.text(fallback))`",
            limit: Self.text(range),
            summary: summary
        )
        let found = try optionalDouble(name, in: range) ?? fallback
        resolve(name, .number(found))
        return Float(found)
    }

    /// A number in a range; nil when absent, for the reason `absent` gives.
    package func optionalNumber(
        _ name: String,
        in range: ClosedRange<Double>,
        absent: String,
        _ summary: String
    ) throws(RequestError) -> Float? {
        describe(
            name,
            type: "number",
            absent: absent,
            limit: Self.text(range),
            summary: summary
        )
        let found = try optionalDouble(name, in: range)
        resolve(name, found.map { .number($0) })
        return found.map { Float($0) }
    }

    /// A list of different integers in a range; empty when absent.
    package func integers(
        _ name: String,
        count: ClosedRange<Int>,
        each range: ClosedRange<Int>,
        absent: String,
        _ summary: String
    ) throws(RequestError) -> [Int] {
        describe(
            name,
            type: "array of integers",
            absent: absent,
            limit: "\(Self.text(count)) numbers, each \(Self.text(range))",
            summary: summary
        )
        let elements = try array(name, count: count)
        var found: [Int] = []
        for (index, element) in elements.enumerated() {
            guard case .integer(let number) = element, range.contains(number) else {
                throw error(
                    "\(name)[\(index)]",
                    "expected an integer \(Self.text(range)), found \(element.summary)"
                )
            }
            found.append(number)
        }
        resolve(name, elements.isEmpty ? nil : .array(elements))
        return found
    }

    /// `1 … 100`, as it is written in sentences and tables.
    static func text(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound) … \(range.upperBound)"
    }

    private static func text(_ range: ClosedRange<Double>) -> String {
        "\(text(range.lowerBound)) … \(text(range.upperBound))"
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    }

    private func optional(
        _ name: String,
        in range: ClosedRange<Int>,
        multipleOf step: Int
    ) throws(RequestError) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .integer(let found) = value else {
            throw error(
                name,
                "expected an integer \(Self.text(range)), found \(value.summary); "
                    + "write a whole number without quotes"
            )
        }
        guard range.contains(found) else {
            throw error(
                name,
                "expected an integer \(Self.text(range)), found \(found); choose one in that range"
            )
        }
        guard found.isMultiple(of: step) else {
            let nearest = min(range.upperBound, (found + step / 2) / step * step)
            throw error(
                name,
                "expected a multiple of \(step), found \(found); \(nearest) is the nearest"
            )
        }
        return found
    }

    private func optionalDouble(
        _ name: String,
        in range: ClosedRange<Double>
    ) throws(RequestError) -> Double? {
        guard let value = value(name) else { return nil }
        let found: Double
        switch value {
        case .integer(let number): found = Double(number)
        case .number(let number): found = number
        default:
            throw error(
                name,
                "expected a number \(Self.text(range)), found \(value.summary); "
                    + "write a number without quotes"
            )
        }
        guard range.contains(found) else {
            throw error(
                name,
                "expected a number \(Self.text(range)), found \(value.summary); "
                    + "choose one in that range"
            )
        }
        return found
    }
}
