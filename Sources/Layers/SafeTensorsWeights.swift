internal import SafeTensors
package import Tensors

/// The weights in one safetensors file, or in several that belong together.
///
/// Values are used where they lie in the mapped file; 16-bit ones are widened where they are used.
package struct SafeTensorsWeights: WeightSource {
    package let origin: String
    /// The text pairs of the files' `__metadata__`.
    package let metadata: [String: String]
    private let places: [String: Place]

    /// Where a tensor is.
    private struct Place {
        let file: SafeTensorsFile
        let entry: SafeTensorsEntry
    }

    /// Opens one file.
    package init(file path: String) throws {
        self.init(origin: path, files: [try SafeTensorsFile(path: path)])
    }

    /// Opens the files that an index (`*.safetensors.index.json`) lists, all in the index's folder.
    package init(index path: String) throws {
        let index = try SafeTensorsIndex(path: path)
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let files = try index.fileNames.map { name in
            let file = try SafeTensorsFile(path: folder + name)
            try index.check(file.header.entries.keys, ofFile: name, indexPath: path)
            return file
        }
        self.init(origin: path, files: files)
    }

    private init(origin: String, files: [SafeTensorsFile]) {
        self.origin = origin
        var places: [String: Place] = [:]
        var metadata: [String: String] = [:]
        for file in files {
            for (key, entry) in file.header.entries {
                places[key] = Place(file: file, entry: entry)
            }
            metadata.merge(file.header.metadata) { first, _ in first }
        }
        self.places = places
        self.metadata = metadata
    }

    package var keys: Set<String> { Set(places.keys) }

    package func shape(of key: String) -> [Int]? { places[key]?.entry.shape }

    package func storedSize(of key: String) -> Int {
        places[key]?.entry.dataType.byteCount ?? MemoryLayout<Float>.stride
    }

    /// The element types there are, by the format's names, sorted.
    package var dataTypes: [String] { Set(places.values.map(\.entry.dataType.rawValue)).sorted() }

    package func tensor(_ key: String) throws -> Tensor {
        let place = try place(of: key)
        let (file, entry) = (place.file, place.entry)
        guard entry.shape.count <= Shape.maximumRank else {
            throw WeightError.rank(key: key, found: entry.shape, origin: origin)
        }
        let shape = Shape(entry.shape)
        switch entry.dataType {
        case .float32: return SafeTensorsWeights.mapped(entry, of: file, shape: shape)
        case .float16, .bfloat16:
            return SafeTensorsWeights.mappedHalf(entry, of: file, shape: shape)
        default:
            throw WeightError.dataType(
                key: key,
                expected: "F32, F16 or BF16",
                found: entry.dataType.rawValue,
                origin: origin
            )
        }
    }

    /// The values of a tensor of integers, such as token ids or timesteps, in row-major order.
    package func integers(_ key: String) throws -> [Int] {
        let place = try place(of: key)
        guard let integers = place.file.integers(of: place.entry) else {
            throw WeightError.dataType(
                key: key,
                expected: "I64, I32 or U8",
                found: place.entry.dataType.rawValue,
                origin: origin
            )
        }
        return integers
    }

    private func place(of key: String) throws -> Place {
        guard let place = places[key] else {
            throw WeightError.missing(key: key, origin: origin)
        }
        return place
    }

    /// A tensor over the file's own memory; a copy where a header of odd length left it unaligned.
    private static func mapped(
        _ entry: SafeTensorsEntry,
        of file: SafeTensorsFile,
        shape: Shape
    ) -> Tensor {
        let address = unsafe file.file.address(ofByte: file.offset(of: entry))
        guard UInt(bitPattern: address).isMultiple(of: UInt(MemoryLayout<Float>.alignment)) else {
            return Tensor(shape: shape) { values in
                for index in values.indices {
                    unsafe values[index] = address.loadUnaligned(
                        fromByteOffset: index * MemoryLayout<Float>.stride,
                        as: Float.self
                    )
                }
            }
        }
        let values = unsafe address.assumingMemoryBound(to: Float.self)
        let storage = unsafe TensorStorage(
            mapped: values,
            count: shape.elementCount,
            owner: MappedWeight(entry, of: file)
        )
        return Tensor(shape: shape, storage: storage)
    }

    /// Values up to which a tensor of 16-bit values is widened at once: the memory is not worth the time.
    private static let smallCount = 1 << 18

    /// A tensor over 16-bit values in the file's own memory.
    private static func mappedHalf(
        _ entry: SafeTensorsEntry,
        of file: SafeTensorsFile,
        shape: Shape
    ) -> Tensor {
        let isBrain = entry.dataType == .bfloat16
        guard shape.elementCount > smallCount else {
            let bytes = file.bytes(of: entry)
            return isBrain
                ? Tensor(bfloat16: bytes, shape: shape) : Tensor(float16: bytes, shape: shape)
        }
        let storage = unsafe TensorStorage(
            mappedHalf: file.file.address(ofByte: file.offset(of: entry)),
            isBrain: isBrain,
            count: shape.elementCount,
            owner: MappedWeight(entry, of: file)
        )
        return Tensor(shape: shape, storage: storage)
    }
}
