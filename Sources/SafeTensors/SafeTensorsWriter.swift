internal import Glibc

/// Writes a safetensors file that appears under its name only when it is complete.
///
/// The bytes go to a temporary file in the same folder, are forced to disk by `finish()`, and are then
/// renamed. A writer that goes away unfinished removes its temporary file.
package struct SafeTensorsWriter: ~Copyable {
    /// A tensor to be written.
    package struct Declaration: Sendable {
        package let name: String
        package let dataType: SafeTensorsDataType
        package let shape: [Int]

        package init(name: String, dataType: SafeTensorsDataType, shape: [Int]) {
            self.name = name
            self.dataType = dataType
            self.shape = shape
        }
    }

    private let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    private var pending: ArraySlice<SafeTensorsEntry>

    /// Creates the temporary file and writes the header.
    ///
    /// - Parameters:
    ///   - declarations: The tensors, in the order in which `append(_:)` will get them; each name once.
    ///   - metadata: Text pairs for `__metadata__`.
    ///   - path: The final path; its folder must exist.
    package init(
        declarations: [Declaration],
        metadata: [String: String],
        path: String
    ) throws(SafeTensorsError) {
        let entries = SafeTensorsWriter.layout(declarations)
        let header = SafeTensorsWriter.header(entries: entries, metadata: metadata)
        self.path = path
        pending = entries[...]
        temporaryPath = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
        descriptor = unsafe open(
            temporaryPath,
            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
            0o640
        )
        guard descriptor >= 0 else {
            throw .system(operation: "create", path: temporaryPath, code: errno)
        }
        try unsafe write(header.span.bytes)
    }

    deinit {
        close(descriptor)
        // After `finish()` the name is gone already, and this does nothing.
        unsafe unlink(temporaryPath)
    }

    /// Writes the values of the next declared tensor, as they lie in memory; the machine must be
    /// little-endian, as all that this program runs on are.
    package mutating func append(_ values: Span<some BitwiseCopyable>) throws(SafeTensorsError) {
        let bytes = unsafe values.bytes
        guard let entry = pending.popFirst() else {
            preconditionFailure("more tensors were appended than declared")
        }
        precondition(
            bytes.byteCount == entry.byteRange.count,
            "\(entry.name) has \(entry.byteRange.count) bytes, not \(bytes.byteCount)"
        )
        try write(bytes)
    }

    /// Forces the bytes to disk and gives the file its name.
    package consuming func finish() throws(SafeTensorsError) {
        precondition(pending.isEmpty, "\(pending.count) declared tensors were not appended")
        guard fsync(descriptor) == 0 else {
            throw .system(operation: "force to disk", path: temporaryPath, code: errno)
        }
        guard unsafe rename(temporaryPath, path) == 0 else {
            throw .system(operation: "rename the finished file to", path: path, code: errno)
        }
        try SafeTensorsWriter.synchronizeFolder(of: path)
    }

    private func write(_ bytes: RawSpan) throws(SafeTensorsError) {
        var rest = bytes
        while rest.byteCount > 0 {
            let written = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                throw .system(operation: "write", path: temporaryPath, code: errno)
            }
            rest = rest.extracting(droppingFirst: written)
        }
    }

    /// Makes the new name itself survive a power failure.
    private static func synchronizeFolder(of path: String) throws(SafeTensorsError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .system(operation: "open", path: folder, code: errno)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw .system(operation: "force to disk", path: folder, code: errno)
        }
    }

    private static func layout(_ declarations: [Declaration]) -> [SafeTensorsEntry] {
        var end = 0
        var names: Set<String> = []
        return declarations.map { declaration in
            precondition(
                names.insert(declaration.name).inserted && declaration.name != "__metadata__",
                "a tensor's name is taken: \(declaration.name)"
            )
            let start = end
            end += declaration.shape.reduce(declaration.dataType.byteCount, *)
            return SafeTensorsEntry(
                name: declaration.name,
                dataType: declaration.dataType,
                shape: declaration.shape,
                byteRange: start..<end
            )
        }
    }

    /// The length and the JSON, padded with spaces so that the data starts at a multiple of 64 bytes.
    private static func header(
        entries: [SafeTensorsEntry],
        metadata: [String: String]
    ) -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }
                .map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        members += entries.map { entry in
            let shape = entry.shape.map(String.init).joined(separator: ",")
            return "\(quoted(entry.name)):{\"dtype\":\"\(entry.dataType.rawValue)\","
                + "\"shape\":[\(shape)],"
                + "\"data_offsets\":[\(entry.byteRange.lowerBound),\(entry.byteRange.upperBound)]}"
        }
        var json = Array("{\(members.joined(separator: ","))}".utf8)
        let padding = (64 - (8 + json.count) % 64) % 64
        json += [UInt8](repeating: 0x20, count: padding)
        let length = UInt64(json.count).littleEndian
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + json
    }

    /// The text as a JSON string.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
