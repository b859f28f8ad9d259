internal import Foundation
package import Testing

/// Looks again and again until a condition holds; fails after three minutes, which a busy machine may need.
package func eventually(
    _ what: String,
    _ place: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool,
    else details: () -> String = { "" }
) throws {
    let deadline = ContinuousClock.now + .seconds(180)
    while ContinuousClock.now < deadline {
        if try condition() { return }
        Thread.sleep(forTimeInterval: 0.02)
    }
    try #require(Bool(false), "never: \(what) \(details())", sourceLocation: place)
}
