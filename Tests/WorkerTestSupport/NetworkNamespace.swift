internal import Foundation
internal import Testing

/// A network of its own with one cable to this machine's, as another machine has: what runs in it has its own address,
/// and the cable can be pulled.
package final class NetworkNamespace {
    /// All cables of tests are in this network.
    static let network = "10.213.0.0/16"

    /// Whether this process may make one.
    package static let isPossible: Bool = {
        guard getuid() == 0 else { return false }
        do {
            _ = try NetworkNamespace()
            return true
        } catch {
            return false
        }
    }()

    private let name: String
    /// The end of the cable on this side.
    private let plug: String
    /// Where those inside find this machine.
    package let hostAddress: String
    /// Where those inside are.
    package let address: String

    /// Makes a network and its cable, with addresses that nobody else has.
    package init() throws {
        let number = Int.random(in: 0..<16_384)
        let start = "10.213.\(number / 64)"
        let last = number % 64 * 4
        name = "contrast-\(number)"
        plug = "contrast\(number)"
        hostAddress = "\(start).\(last + 1)"
        address = "\(start).\(last + 2)"
        try Self.ip("netns", "add", name)
        try Self.ip(
            ["link", "add", plug, "type", "veth", "peer", "name", "eth0", "netns", name]
        )
        try Self.ip("addr", "add", "\(hostAddress)/30", "dev", plug)
        try Self.ip("link", "set", plug, "up")
        try Self.ip("-n", name, "addr", "add", "\(address)/30", "dev", "eth0")
        try Self.ip("-n", name, "link", "set", "eth0", "up")
    }

    deinit {
        // With the network goes its end of the cable, and with that the other one.
        try? Self.ip("netns", "del", name)
    }

    /// What to put before a program and its arguments to start it inside.
    var entrance: [String] { ["ip", "netns", "exec", name] }

    /// Pulls the cable: nothing passes, and nobody is told.
    package func cut() throws { try Self.ip("link", "set", plug, "down") }

    /// Plugs the cable in again.
    package func join() throws { try Self.ip("link", "set", plug, "up") }

    private static func ip(_ arguments: String...) throws { try ip(arguments) }

    private static func ip(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ip"] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "ip \(arguments)")
    }
}
