internal import Layers
internal import Tensors

/// Tensors of a file under other names, some of them pieces of the file's own.
struct RearrangedWeights: WeightSource {
    /// How a tensor comes out of the one that is stored.
    enum Piece: Equatable {
        /// As it is.
        case whole
        /// Some of its rows.
        case rows(Range<Int>)
        /// Rows and columns exchanged.
        case transposed
        /// A convolution of one pixel, `[out, in, 1, 1]`, as a matrix.
        case matrix
    }

    /// A tensor's place.
    struct Place: Equatable {
        /// The key in the file.
        let key: String
        let piece: Piece
    }

    let origin: String
    let places: [String: Place]
    let stored: any WeightSource

    var keys: Set<String> { Set(places.keys) }

    func shape(of key: String) -> [Int]? {
        guard let place = places[key], let shape = stored.shape(of: place.key) else { return nil }
        switch place.piece {
        case .whole: return shape
        case .rows(let rows): return [rows.count] + shape.dropFirst()
        case .transposed: return shape.reversed()
        case .matrix: return Array(shape.prefix(2))
        }
    }

    func storedSize(of key: String) -> Int {
        stored.storedSize(of: places[key]?.key ?? key)
    }

    func tensor(_ key: String) throws -> Tensor {
        guard let place = places[key] else {
            throw WeightError.missing(key: key, origin: origin)
        }
        let tensor = try stored.tensor(place.key)
        switch place.piece {
        case .whole: return tensor
        case .rows(let rows): return tensor.sliced(axis: 0, rows)
        case .transposed: return tensor.transposed(1, 0)
        case .matrix: return tensor.reshaped(to: [tensor.shape[0], tensor.shape[1]])
        }
    }
}
