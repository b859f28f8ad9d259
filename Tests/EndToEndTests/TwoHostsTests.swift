import Digests
import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// Two real workers as on two machines: each with an address and an output root of its own, a password for the one
/// database, and an exchange.
@Suite(.serialized)
struct TwoHostsTests {
    private static let roots = ["w0": "here", "w1": "there"]

    @Test(
        .enabled(
            if: NetworkNamespace.isPossible,
            "only root may make networks, with the package iproute2"
        ),
        arguments: ["database", "folder"]
    )
    func aHostThatIsCutOffLosesNothingAndDoublesNothing(_ exchange: String) throws {
        let expected = try Undisturbed.shared.get()
        let networks = [try NetworkNamespace(), try NetworkNamespace()]
        let plant = try Plant(on: FaultServer(reachableFrom: networks))
        let queue = plant.queue
        try plant.install(adapter: expected.adapter)
        let folder = queue.folder.appending(path: "exchange")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let line =
            "CONTRAST_EXCHANGE=\(exchange == "folder" ? folder.path : exchange)\n"

        let training = try plant.train(steps: Undisturbed.stepCount)
        let first = try plant.startWorker(
            [],
            line + "CONTRAST_WORKER_TAGS=here\n",
            outputs: "here",
            inside: networks[0]
        )
        try eventually("two checkpoints") {
            try queue.checkpointStep(training) >= 10
        } else: {
            first.logged
        }
        try networks[0].cut()
        let data = try plant.ask(
            "enqueue('prepare', '{\"name\": \"d\", \"subjects\": 2, \"views\": 2, \"seed\": 3}')"
        )
        var jobs = try [
            training, data, plant.generate(), plant.generate("{\"seed\": 9, \"count\": 3}"),
            plant.generate("{\"adapter\": \"job:\(training)\"}"),
            plant.train(steps: 2, "{\"data\": \"job:\(data)\"}"),
        ]
        let second = try plant.startWorker(
            [],
            line + "CONTRAST_WORKER_TAGS=there\n",
            outputs: "there",
            inside: networks[1]
        )
        for job in jobs { try queue.waitForState(.succeeded, of: job) }
        let attempts = try queue.store.attempts(of: training)
        #expect(attempts.map(\.outcome) == [.lost, .succeeded])
        #expect(attempts.map(\.worker) == ["w0", "w1"])
        #expect((attempts.last?.resumedStep ?? 0) >= 10, "from the other host's checkpoint")
        #expect(first.isRunning)

        try networks[0].join()
        // Each of them has something left to do that only the other one has the files of.
        let tagged: [Int] = try ["here", "there"].map { tag in
            try plant.ask(
                """
                enqueue('generate', '{"prompt": "a photo of a dog", "base": "tiny", "steps": 1, "seed": 7,
                    "subjects": [{"class": "dog", "images": ["dog.png"]}]}'::jsonb
                    || jsonb_build_object('adapter', 'job:' || \(training)::int),
                    need_tags => ARRAY[\(tag)])
                """
            )
        }
        jobs += tagged
        for job in tagged { try queue.waitForState(.succeeded, of: job) }
        #expect(
            try tagged.map { try queue.store.attempts(of: $0).map(\.worker) } == [["w0"], ["w1"]]
        )

        let home = queue.folder.appending(path: "home")
        let reader = DatabaseExchange(queue.store, reader: nil)
        let shared = FolderExchange(folder, store: nil)
        for job in jobs {
            let winner = try #require(try queue.store.attempts(of: job).last)
            #expect(winner.outcome == .succeeded)
            try queue.expectOneWinner(job, outputs: try #require(Self.roots[winner.worker]))
            for row in try queue.store.outputs(of: job) {
                let digest = try #require(SHA256Digest(hexadecimal: row.sha256))
                let file = home.appending(path: row.path)
                if exchange == "folder" {
                    try shared.fetch(digest, to: file)
                } else {
                    try reader.fetch(digest, to: file)
                }
                #expect(try SHA256.digest(of: file) == digest)
            }
        }
        let row = try #require(try queue.store.outputs(of: training).first { $0.role == "adapter" })
        #expect(try Data(contentsOf: home.appending(path: row.path)) == expected.adapter)
        // Of the attempt that was cut off nothing is left, here or in the exchange.
        let zombie = queue.folder.appending(path: "here/\(training)/\(attempts[0].token)")
        #expect(!FileManager.default.fileExists(atPath: zombie.path))
        try eventually("nobody needs what it left") {
            try queue.value(
                "SELECT count(*) FROM contrast.blob_set WHERE job_id = \(training) AND token = \(attempts[0].token)"
            ) == "0"
        }
        #expect(try queue.value("SELECT count(*) FROM contrast.lease") == "0")
        #expect(first.isRunning && second.isRunning)
        for worker in [first, second] {
            worker.signal(SIGTERM)
            #expect(try worker.waitForExit() == 0)
        }
        // The cables stay plugged in up to here.
        withExtendedLifetime(networks) {}
    }
}
