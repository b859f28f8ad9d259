internal import CSystemCalls

/// Whether the machine has the CPU that this program was built for.
package enum BuiltForCPU {
    /// One sentence where it has not; nil where it has. Without the check the first kernel would end the
    /// process with an illegal instruction.
    package static var problem: String? {
        guard let name = unsafe contrast_missing_cpu_feature() else { return nil }
        let feature = unsafe String(cString: name)
        return
            "expected a CPU with \(feature), found one without it; build on this machine, or with "
            + "CONTRAST_MARCH=x86-64-v3"
    }
}
