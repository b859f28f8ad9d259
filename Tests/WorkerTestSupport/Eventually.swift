internal import Foundation
package import Testing

/// Looks again and again until a condition holds; fails after a minute.
package func eventually(
    _ what: String,
    _ place: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool,
    else details: () -> String = { "" }
) throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try condition() { return }
        Thread.sleep(forTimeInterval: 0.02)
    }
    try #require(Bool(false), "never: \(what) \(details())", sourceLocation: place)
}
