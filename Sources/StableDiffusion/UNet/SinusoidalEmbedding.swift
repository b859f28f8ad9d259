internal import Glibc
internal import Tensors

/// Sines and cosines of a number at falling frequencies.
///
/// Matches diffusers `get_timestep_embedding`: frequency *i* of *h* is 10000^(−i / (h − shift)).
struct SinusoidalEmbedding {
    /// The size of an embedding, even: half sines, half cosines.
    let size: Int
    /// Whether the cosines come first.
    let flipsSineToCosine: Bool
    /// What is subtracted from the number of frequencies in the exponent's denominator.
    let frequencyShift: Float

    /// The embeddings of a list of numbers, `[count, size]`.
    func callAsFunction(_ values: [Float]) -> Tensor {
        let half = size / 2
        let frequencies = (0..<half).map { index in
            exp(-log(Float(10000)) * Float(index) / (Float(half) - frequencyShift))
        }
        let rows = values.flatMap { value in
            let sines = frequencies.map { sin(value * $0) }
            let cosines = frequencies.map { cos(value * $0) }
            return flipsSineToCosine ? cosines + sines : sines + cosines
        }
        return Tensor(rows, shape: [values.count, size])
    }
}
