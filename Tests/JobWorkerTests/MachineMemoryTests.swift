import Testing

@testable import JobWorker

/// What control groups allow.
struct MachineMemoryTests {
    @Test(
        arguments: [
            ("0::/a/b\n", ["/sys/fs/cgroup/a/memory.max": "4096\n"], [4096]),
            (
                "0::/a\n",
                ["/sys/fs/cgroup/a/memory.max": "max\n", "/sys/fs/cgroup/memory.max": "70\n"], [70]
            ),
            ("0::/\n", ["/sys/fs/cgroup/memory.max": "9"], [9]),
            (
                "5:cpu,memory:/x\n4:cpu:/x\n",
                ["/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "12\n"], [12]
            ),
            ("4:cpu:/x\n", ["/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "12\n"], []),
            ("", [:], []),
        ] as [(String, [String: String], [Int])]
    )
    func limitsOfEveryGroupCount(
        _ groups: String,
        _ files: [String: String],
        _ expected: [Int]
    ) {
        #expect(MachineMemory.limits(groups: groups) { files[$0] } == expected)
    }

    @Test func thereIsSome() { #expect(MachineMemory.bytes > 64 << 20) }
}
