import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// Faults 5, 6, 22: lost answers, dead links and lost notifications between a worker and its server.
@Suite(.serialized, .keepsInvariants)
struct LinkFaultTests {
    @Test(arguments: [
        "contrast.register_worker(", "contrast.claim(", "contrast.beat(",
        "contrast.save_checkpoint(", "contrast.finish(",
    ])
    func aLostAnswerCostsNothing(_ call: String) throws {
        let queue = try FaultQueue()
        let proxy = try FaultProxy(before: queue.server)
        defer { proxy.close() }
        // As often as each is sure to be sent.
        let last = ["contrast.beat(": 3, "contrast.save_checkpoint(": 2][call] ?? 1
        proxy.loseAnswer(to: call, occurrence: FaultSeed.moment(in: 1...last))
        let job = try queue.count(to: 60, every: 25, ["slow"])
        let worker = try queue.startWorker(["--drain"], database: queue.url(through: proxy))
        #expect(try worker.waitForExit() == 0)
        #expect(proxy.lostAnswers == 1)
        try queue.expectOneWinner(job, steps: 60)
        #expect(try queue.store.attempts(of: job).count == 1, "\(worker.logged)")
    }

    @Test func aSilentLinkIsNoticedAndTheTrainingGoesOn() throws {
        let queue = try FaultQueue()
        let proxy = try FaultProxy(before: queue.server)
        defer { proxy.close() }
        let job = try queue.count(to: 150, every: 10, ["slow"])
        let worker = try queue.startWorker(database: queue.url(through: proxy))
        try eventually("a checkpoint") { try queue.checkpointStep(job) >= 10 }
        // In the middle of a message, most likely.
        proxy.fallSilent(afterBytes: FaultSeed.moment(in: 0...3000))
        try eventually("the worker notices") { worker.logged.contains("cannot beat") }
        let saved = try queue.checkpointStep(job)
        let folder = queue.folder.appending(path: "outputs/.work/\(job)")
        try eventually("steps go on") {
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            return names.contains { name in
                (Int(name.split(separator: "-").last ?? "") ?? 0) > saved
            }
        }
        proxy.setMode(.passing)
        try queue.waitForState(.succeeded, of: job)
        // Housekeeping that was on its way all the time may come before the beat, and take the job away.
        try queue.expectOneWinner(job, steps: 150)
        #expect(worker.isRunning)
        worker.kill()
    }

    @Test func lostNotificationsCostAPollAndNoJob() throws {
        let queue = try FaultQueue()
        let proxy = try FaultProxy(before: queue.server)
        defer { proxy.close() }
        proxy.dropNotifications()
        let worker = try queue.startWorker(database: queue.url(through: proxy))
        // Until one was sent: nobody is notified while the worker has not yet said that it idles.
        try eventually("a notification is lost") {
            let job = try queue.count(to: 3)
            try queue.waitForState(.succeeded, of: job)
            try queue.expectOneWinner(job, steps: 3)
            try eventually("the worker idles") {
                try queue.store.workers().map(\.status) == ["idle"]
            }
            return proxy.droppedNotifications > 0
        }
        worker.kill()
    }
}
