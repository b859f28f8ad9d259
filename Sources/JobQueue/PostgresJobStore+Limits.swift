import Postgres

extension PostgresJobStore {
    /// How many jobs of a kind may run at once: of everybody (nil), of an owner, or with `*` of each owner without a
    /// limit of their own. Nil is as many as there are workers.
    package func setSlots(kind: String, to count: Int?, owner: String? = nil) throws(QueueError) {
        _ = try run("SELECT contrast.set_slots(\(kind), \(count)::int, \(owner)::name)")
    }

    /// The limits, by kind; that of the fleet first.
    package func slotLimits() throws(QueueError) -> [SlotLimit] {
        try read(
            "SELECT * FROM contrast.slots ORDER BY kind, owner IS NOT NULL, owner",
            SlotLimit.init
        )
    }
}
