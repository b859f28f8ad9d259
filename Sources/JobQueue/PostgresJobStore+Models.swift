import Postgres

extension PostgresJobStore {
    /// Registers a model: `added`, `replaced` or `unchanged`.
    package func add(_ model: ModelRow, replacing: Bool) throws(QueueError) -> String {
        try readOne(
            """
            SELECT contrast.add_model(\(model.name), \(model.location), \(model.kind), \(model.files),
                \(model.configuredBy), \(replacing)) AS answer
            """
        ) { (row) throws(PostgresError) in try row.value("answer") }
    }

    /// Forgets a registered name; whether there was one.
    package func removeModel(_ name: String) throws(QueueError) -> Bool {
        try readOne("SELECT contrast.remove_model(\(name)) AS answer") {
            (row) throws(PostgresError) in try row.value("answer")
        }
    }

    /// The registered models, by name.
    package func models() throws(QueueError) -> [ModelRow] {
        try read("SELECT * FROM contrast.model ORDER BY name", ModelRow.init)
    }

    /// A registered model; nil if there is none of this name.
    package func model(_ name: String) throws(QueueError) -> ModelRow? {
        try read("SELECT * FROM contrast.model WHERE name = \(name)", ModelRow.init).first
    }

    /// Notes which model an attempt uses.
    ///
    /// - Parameters:
    ///   - role: What it is to the job, as in `JobModel`.
    ///   - sha256: 64 hexadecimal digits.
    package func record(
        model name: String,
        sha256: String,
        as role: String,
        of lease: Lease
    ) throws(QueueError) {
        _ = try run(
            """
            SELECT contrast.record_model(\(lease.jobID), \(lease.token), \(role), \(name),
                decode(\(sha256), 'hex'))
            """
        )
    }

    /// The models that a job used, of its newest attempt last.
    package func models(of job: Int) throws(QueueError) -> [JobModel] {
        try read(
            """
            SELECT attempt, role, name, sha256 FROM contrast.job_models
             WHERE job_id = \(job) ORDER BY attempt, role DESC
            """
        ) { (row) throws(PostgresError) in
            JobModel(
                attempt: try row.value("attempt"),
                role: try row.value("role"),
                name: try row.value("name"),
                sha256: try row.value("sha256")
            )
        }
    }
}
