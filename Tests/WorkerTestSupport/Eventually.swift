internal import Foundation
package import Testing

/// Looks again and again until a condition holds; fails after a time that a busy machine may need.
package func eventually(
    _ what: String,
    for patience: Duration = .seconds(180),
    _ place: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool,
    else details: () -> String = { "" }
) throws {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
        if try condition() { return }
        Thread.sleep(forTimeInterval: 0.02)
    }
    try #require(Bool(false), "never: \(what) \(details())", sourceLocation: place)
}
