import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// Two workers with output roots of their own, as on two machines without a common file system.
@Suite(.serialized)
struct TwoRootsTests {
    private static let exchanges = ["database", "folder"]

    /// The line of the settings that both workers have.
    private func line(_ exchange: String, _ plant: Plant) throws -> String {
        guard exchange == "folder" else { return "CONTRAST_EXCHANGE=database\n" }
        let folder = plant.queue.folder.appending(path: "exchange")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return "CONTRAST_EXCHANGE=\(folder.path)\n"
    }

    @Test(arguments: exchanges)
    func whatOneHasMadeTheOtherOneUses(_ exchange: String) throws {
        let plant = try Plant()
        let line = try line(exchange, plant)
        let data = try plant.ask(
            "enqueue('prepare', '{\"name\": \"d\", \"subjects\": 2, \"views\": 2, \"seed\": 3}')"
        )
        let training = try plant.train(steps: 2)
        let first = try plant.startWorker(["--drain"], line, outputs: "here")
        #expect(try first.waitForExit() == 0)
        for job in [data, training] { try plant.queue.expectOneWinner(job, outputs: "here") }

        let next = try plant.train(steps: 2, "{\"data\": \"job:\(data)\"}")
        let pictures = try plant.generate("{\"adapter\": \"job:\(training)\"}")
        let second = try plant.startWorker(["--drain"], line, outputs: "there")
        #expect(try second.waitForExit() == 0)
        for job in [training, next, pictures] {
            try plant.queue.expectOneWinner(job, outputs: "there")
        }
        let folder = plant.queue.folder
        let prepared = try #require(try plant.queue.store.outputs(of: data).first).path
            .split(separator: "/").prefix(2).joined(separator: "/")
        func files(_ root: String) throws -> [String: Data] {
            let place = folder.appending(path: "\(root)/\(prepared)")
            let paths = try FileManager.default.subpathsOfDirectory(atPath: place.path)
                .filter { $0.contains(".") && $0 != "request.json" }
            return try Dictionary(
                uniqueKeysWithValues: paths.map {
                    ($0, try Data(contentsOf: place.appending(path: $0)))
                }
            )
        }
        #expect(try files("there") == files("here"), "every picture of the data set came along")
        #expect(try files("here").count > 8)
        for root in ["here", "there"] {
            for job in [data, training] {
                try expectPrivate(folder.appending(path: "\(root)/\(job)"))
            }
        }
        for job in [next, pictures] { try expectPrivate(folder.appending(path: "there/\(job)")) }
    }

    /// Checks that the owner writes what is published, the group reads it, and nobody else sees it.
    private func expectPrivate(_ folder: URL) throws {
        let files = FileManager.default
        for path in try files.subpathsOfDirectory(atPath: folder.path) {
            let attributes = try files.attributesOfItem(atPath: folder.appending(path: path).path)
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            #expect(attributes[.posixPermissions] as? Int == 0o640, "\(path)")
        }
    }

    @Test(arguments: exchanges)
    func oneGoesOnFromTheOthersCheckpoint(_ exchange: String) throws {
        let expected = try Undisturbed.shared.get()
        let plant = try Plant()
        let line = try line(exchange, plant)
        let job = try plant.train(steps: Undisturbed.stepCount)
        let first = try plant.startWorker([], line, outputs: "here")
        try eventually("two checkpoints") { try plant.queue.checkpointStep(job) >= 10 }
        first.kill()
        let reached = try plant.queue.checkpointStep(job)
        let second = try plant.startWorker([], line, outputs: "there")
        try plant.queue.waitForState(.succeeded, of: job)
        second.kill()
        try plant.queue.expectOneWinner(job, outputs: "there")
        let attempts = try plant.queue.store.attempts(of: job)
        #expect(attempts.map(\.outcome) == [.lost, .succeeded])
        #expect(attempts.last?.resumedStep == reached)
        let row = try #require(
            try plant.queue.store.outputs(of: job).first { $0.role == "adapter" }
        )
        let adapter = plant.queue.folder.appending(path: "there/\(row.path)")
        #expect(try Data(contentsOf: adapter) == expected.adapter)
    }

    @Test(arguments: exchanges)
    func aFileThatWasDamagedOnTheWayIsRefusedAndTheJobTriedAgain(_ exchange: String) throws {
        let plant = try Plant()
        let line = try line(exchange, plant)
        let training = try plant.train(steps: 1)
        let first = try plant.startWorker(["--drain"], line, outputs: "here")
        #expect(try first.waitForExit() == 0)
        let row = try #require(
            try plant.queue.store.outputs(of: training).first { $0.role == "adapter" }
        )
        let place = plant.queue.folder.appending(
            path: "exchange/\(row.sha256.prefix(2))/\(row.sha256.dropFirst(2))"
        )
        let whole = exchange == "folder" ? try Data(contentsOf: place) : Data()
        if exchange == "folder" {
            try Data(whole.dropLast()).write(to: place)
        } else {
            try plant.queue.execute(
                "UPDATE contrast.blob_chunk SET content = overlay(content PLACING '\\x00ff' FROM 99)"
            )
        }
        let job = try plant.generate("{\"adapter\": \"job:\(training)\"}")
        let second = try plant.startWorker([], line, outputs: "there")
        try eventually("an attempt has failed") {
            try plant.queue.store.attempts(of: job).first?.failure != nil
        }
        let failure = try #require(try plant.queue.store.attempts(of: job).first?.failure)
        #expect(failure.failureClass == .transient)
        #expect(
            failure.text
                == "expected the file of the exchange to have the sha256 \(row.sha256), found another "
                + "content; restore it, or run the job that made it again."
        )
        if exchange == "folder" {
            try whole.write(to: place)
            try plant.queue.waitForState(.succeeded, of: job)
            try plant.queue.expectOneWinner(job, outputs: "there")
        }
        #expect(second.isRunning)
        second.kill()
    }

    @Test func anExchangeThatIsAnotherQueuesOrAwayStopsTheStart() throws {
        let plant = try Plant()
        let line = try line("folder", plant)
        let mark = plant.queue.folder.appending(path: "exchange/.contrast-queue")
        try Data("another\n".utf8).write(to: mark)
        let worker = try plant.startWorker([], line)
        #expect(try worker.waitForExit() == 78)
        try FileManager.default.removeItem(at: mark.deletingLastPathComponent())
        let next = try plant.startWorker([], line)
        #expect(try next.waitForExit() == 78)
        #expect(next.logged.contains("CONTRAST_EXCHANGE"))
    }
}
