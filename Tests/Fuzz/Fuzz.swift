import FuzzTargets
import Glibc

/// Gives one target inputs without end, by libFuzzer; `scripts/fuzz` starts it.
///
///     Fuzz TARGET --seeds FOLDER      writes the target's inputs to start from
///     Fuzz TARGET OPTION …            libFuzzer, with its own options
///     Fuzz                            the names of the targets
@main struct Fuzz {
    /// The one that the callback below, which C calls, gives its input.
    nonisolated(unsafe) private static var target: (any FuzzTarget)?

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let type = FuzzTargets.named(arguments[1]) else {
            print(FuzzTargets.all.map { $0.name }.joined(separator: "\n"))
            return
        }
        let target = try type.init()
        if arguments.count == 4, arguments[2] == "--seeds" {
            for (index, seed) in try target.seeds().enumerated() {
                try write(seed, to: "\(arguments[3])/seed-\(index)")
            }
            return
        }
        unsafe Self.target = target
        // libFuzzer starts itself again under its first argument.
        var count = Int32(arguments.count - 1)
        var values = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
            capacity: Int(count) + 1
        )
        unsafe values.initialize(repeating: nil, count: Int(count) + 1)
        for (index, argument) in ([arguments[0]] + arguments.dropFirst(2)).enumerated() {
            unsafe values[index] = strdup(argument)
        }
        exit(
            unsafe runFuzzer(
                &count,
                &values,
                { bytes, count in
                    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
                    unsafe Fuzz.target?.survive(input)
                    return 0
                }
            )
        )
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = unsafe fopen(path, "w") else { throw SeedError(path: path, code: errno) }
        unsafe fwrite(bytes, 1, bytes.count, file)
        unsafe fclose(file)
    }
}

/// A seed could not be written.
struct SeedError: Error {
    let path: String
    let code: Int32
}

/// libFuzzer's loop.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
