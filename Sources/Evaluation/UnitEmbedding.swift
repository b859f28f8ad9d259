/// What a judge makes of a picture or a text: a direction in a space that both share, of length 1.
package struct UnitEmbedding: Equatable, Sendable {
    package let values: [Float]

    /// Creates the direction of a vector.
    package init(_ vector: [Float]) {
        let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        values = vector.map { Float(Double($0) / max(length, 1e-12)) }
    }

    /// The cosine of the angle between two directions, −1…1.
    ///
    /// CLIP-T is that of a picture and its prompt (Hessel et al. 2021, without their factor).
    package func cosine(to other: UnitEmbedding) -> Double {
        precondition(
            values.count == other.values.count,
            "embeddings of \(values.count) and \(other.values.count) numbers cannot be compared"
        )
        return zip(values, other.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// The mean of the cosines to several directions; nil for none.
    ///
    /// CLIP-I is that of a picture to the references of its subjects (Ruiz et al. 2023).
    package func meanCosine(to others: [UnitEmbedding]) -> Double? {
        guard !others.isEmpty else { return nil }
        return others.reduce(0) { $0 + cosine(to: $1) } / Double(others.count)
    }
}
