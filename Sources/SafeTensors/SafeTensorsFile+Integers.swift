extension SafeTensorsFile {
    /// The values of a tensor of 64-bit, 32-bit or 8-bit integers or of booleans, in row-major order;
    /// `nil` for other types.
    package func integers(of entry: SafeTensorsEntry) -> [Int]? {
        switch entry.dataType {
        case .int64: values(of: entry, as: Int64.self)
        case .int32: values(of: entry, as: Int32.self)
        case .uint8, .boolean: values(of: entry, as: UInt8.self)
        default: nil
        }
    }

    private func values<Value: FixedWidthInteger & BitwiseCopyable>(
        of entry: SafeTensorsEntry,
        as type: Value.Type
    ) -> [Int] {
        let bytes = bytes(of: entry)
        return stride(from: 0, to: bytes.byteCount, by: MemoryLayout<Value>.size).map { offset in
            let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
            return Int(value)
        }
    }
}
