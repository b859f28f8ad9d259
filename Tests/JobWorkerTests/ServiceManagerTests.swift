import Foundation
import JobQueue
import JobWorker
import Testing
import WorkerTestSupport

/// What systemd hears, over a real socket.
@Suite(.serialized)
struct ServiceManagerTests {
    @Test(arguments: [false, true])
    func everyWordArrives(_ isAbstract: Bool) throws {
        let socket = try NotifySocket(abstract: isAbstract)
        let manager = try #require(
            ServiceManager(
                environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "6000000"]
            )
        )
        #expect(manager.interval == .seconds(2))
        manager.starting(within: .seconds(3))
        manager.ready()
        manager.tell("busy: job 7", problems: [])
        manager.tell("idle", problems: ["it stands\nstill"])
        manager.stopping(within: .seconds(150))
        #expect(
            socket.next() == [
                "STATUS=starting: waiting for the database", "EXTEND_TIMEOUT_USEC=3000000",
            ]
        )
        #expect(socket.next() == ["READY=1"])
        #expect(socket.next() == ["STATUS=busy: job 7", "WATCHDOG=1"])
        #expect(socket.next() == ["STATUS=idle; it stands still"], "no sign of life")
        #expect(socket.next() == ["STOPPING=1", "EXTEND_TIMEOUT_USEC=150000000"])
        #expect(socket.next() == nil)
    }

    @Test func theWatchdogOfAnotherProcessIsNotFed() throws {
        let socket = try NotifySocket()
        let manager = try #require(
            ServiceManager(
                environment: [
                    "NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "6000000", "WATCHDOG_PID": "1",
                ],
                processID: 2
            )
        )
        manager.tell("idle", problems: [])
        #expect(socket.next() == ["STATUS=idle"])
        #expect(ServiceManager(environment: [:]) == nil)
        #expect(ServiceManager(environment: ["NOTIFY_SOCKET": "relative"]) == nil)
        // Nobody listens, and nobody minds.
        ServiceManager(environment: ["NOTIFY_SOCKET": "/nonexistent"])?.ready()
    }

    @Test func aLeaseKeeperThatStandsStillIsAProblem() {
        let instant = ContinuousClock.now
        func standstill(after age: Duration) -> String? {
            WorkerVitals.standstill(since: instant, at: instant + age, patience: .seconds(70))
        }
        #expect(standstill(after: .seconds(70)) == nil, "two answers that do not come")
        #expect(standstill(after: .seconds(71)) == "the lease keeper has stood still for 71 s")
    }

    @Test func aWorkerTellsOfItsLife() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 100_000, ["slow"])
        let socket = try NotifySocket()
        let worker = try queue.startWorker(
            environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "600000"]
        )
        try socket.wait(for: "READY=1") { $0 == "READY=1" }
        try socket.wait(for: "steps of the job") {
            $0.hasPrefix("STATUS=busy: job \(job) (train), step ")
        }
        try socket.wait(for: "a sign of life") { $0 == "WATCHDOG=1" }
        worker.signal(SIGTERM)
        try socket.wait(for: "STOPPING=1") { $0 == "STOPPING=1" }
        #expect(try worker.waitForExit() == 0)
    }
}
