package import Foundation

/// The committed fixtures: small models, inputs and what the reference makes of them.
package enum Fixtures {
    /// Where a fixture's folder lies, such as `CLIP/vision`.
    package static func folder(_ name: String) -> URL {
        URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("Fixtures")
            .appendingPathComponent(name)
    }
}
