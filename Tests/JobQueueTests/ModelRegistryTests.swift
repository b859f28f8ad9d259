import JobQueue
import Postgres
import Testing

/// Names of models, and what jobs used.
@Suite(.needsPostgres)
struct ModelRegistryTests {
    private let hash = String(repeating: "ab", count: 32)

    private func model(
        _ name: String = "sd15",
        location: String = "bases/sd15",
        hash: String? = nil
    ) -> ModelRow {
        ModelRow(
            name: name,
            location: location,
            configuredBy: nil,
            kind: "Stable Diffusion 1",
            files:
                #"[{"path": "unet/x.safetensors", "bytes": 9, "sha256": "\#(hash ?? self.hash)"}]"#
        )
    }

    @Test func anAdministratorRegistersAndEverybodySees() throws {
        try TestQueue.with { queue in
            let root = queue.store(as: "root")
            let answer = try root.add(model(), replacing: false)
            #expect(answer == "added")
            #expect(try root.add(model(), replacing: false) == "unchanged")
            let error = #expect(throws: QueueError.self) {
                try root.add(model(hash: "cd"), replacing: false)
            }
            #expect(error.map { if case .keyConflict = $0 { true } else { false } } == true)
            #expect(try root.add(model(location: "other"), replacing: true) == "replaced")
            for user in ["alice", "reader", "worker", "root"] {
                #expect(try queue.store(as: user).model("sd15")?.location == "other")
                #expect(try queue.store(as: user).models().map(\.name) == ["sd15"])
            }
            #expect(try queue.store(as: "alice").model("sdxl") == nil)
            #expect(try root.removeModel("sd15"))
            #expect(try !root.removeModel("sd15"))
        }
    }

    @Test func othersMayNotRegister() throws {
        try TestQueue.with { queue in
            for user in ["alice", "reader", "worker", "stranger"] {
                let error = #expect(throws: QueueError.self) {
                    try queue.store(as: user).add(model(), replacing: true)
                }
                #expect(error.map { if case .notPermitted = $0 { true } else { false } } == true)
            }
        }
    }

    @Test(arguments: [("../x", "a"), ("/x", "a"), ("a/../b", "a"), ("x", "a b"), ("x", "a/b")])
    func pathsAndNamesStayWhereTheyBelong(_ location: String, _ name: String) throws {
        try TestQueue.with { queue in
            let error = #expect(throws: QueueError.self) {
                try queue.store(as: "root").add(
                    model(name, location: location),
                    replacing: false
                )
            }
            #expect(error.map { if case .badRequest = $0 { true } else { false } } == true)
        }
    }

    @Test func aJobTellsItsOwnerWhatItUsed() throws {
        try TestQueue.with { queue in
            let id = try queue.enqueue()
            let lease = try queue.claimOne().lease
            let worker = queue.store(as: "worker")
            for _ in 0..<2 { try worker.record(model: "sd15", sha256: hash, as: "base", of: lease) }
            let expected = JobModel(attempt: 1, role: "base", name: "sd15", sha256: hash)
            for user in ["alice", "reader", "root"] {
                #expect(try queue.store(as: user).models(of: id) == [expected])
            }
            #expect(try queue.store(as: "bob").models(of: id).isEmpty)
            try queue.loseWorkers()
            let error = #expect(throws: QueueError.self) {
                try worker.record(model: "sd15", sha256: hash, as: "adapter", of: lease)
            }
            #expect(error.map { if case .staleLease = $0 { true } else { false } } == true)
        }
    }
}
