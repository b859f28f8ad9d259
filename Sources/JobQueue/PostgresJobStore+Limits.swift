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

    /// How many worker-seconds the jobs of an owner may use in a period, or with `*` those of each owner without a
    /// budget of their own who is no administrator. Nil is as many as they like.
    package func setBudget(
        of owner: String,
        to seconds: Int?,
        per period: BudgetPeriod
    ) throws(QueueError) {
        _ = try run(
            "SELECT contrast.set_budget(\(owner)::name, \(seconds)::bigint, \(period.rawValue))"
        )
    }

    /// How many jobs an owner may have waiting; 0 is any number, nil the setting `max_open_jobs`.
    package func setQuota(of owner: String, to openJobs: Int?) throws(QueueError) {
        _ = try run("SELECT contrast.set_quota(\(owner)::name, \(openJobs)::int)")
    }

    /// What the owners have used and may use, by name.
    package func ownerUsage() throws(QueueError) -> [OwnerUsage] {
        try read("SELECT * FROM contrast.owner_usage ORDER BY owner", OwnerUsage.init)
    }

    /// The queue's settings by name, or the one of that name.
    package func settings(named name: String? = nil) throws(QueueError) -> [QueueSetting] {
        let found = try read(
            """
            SELECT key, value #>> '{}' AS value, about, least, most FROM contrast.setting
             WHERE \(name)::text IS NULL OR key = \(name) ORDER BY key
            """,
            QueueSetting.init
        )
        if let name, found.isEmpty { throw try unknownSetting(name) }
        return found
    }

    /// Changes a setting, for the queue and all its workers at once.
    package func set(_ name: String, to value: Int) throws(QueueError) {
        let changed = try run(
            "UPDATE contrast.setting SET value = to_jsonb(\(value)::bigint) WHERE key = \(name) RETURNING key"
        )
        if changed.isEmpty { throw try unknownSetting(name) }
    }

    private func unknownSetting(_ name: String) throws(QueueError) -> QueueError {
        let names = try settings().map(\.name).joined(separator: ", ")
        return .badRequest("there is no setting \"\(name)\"; the settings are \(names)")
    }
}
