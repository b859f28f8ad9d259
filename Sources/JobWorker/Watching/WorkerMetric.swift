/// The metrics of a worker: Prometheus's names, units in them, and what each one says.
package enum WorkerMetric: String, CaseIterable, Sendable {
    case info = "contrast_worker_info"
    case ready = "contrast_worker_ready"
    case jobs = "contrast_jobs_total"
    case jobTime = "contrast_job_seconds"
    case stepTime = "contrast_step_seconds"
    case jobRunning = "contrast_job_running"
    case jobStep = "contrast_job_step"
    case jobSteps = "contrast_job_steps"
    case claimTime = "contrast_claim_seconds"
    case claims = "contrast_claims_total"
    case beats = "contrast_beats_total"
    case beatFailures = "contrast_beat_failures_total"
    case beatAge = "contrast_beat_age_seconds"
    case reconnects = "contrast_reconnects_total"
    case queueJobs = "contrast_queue_jobs"
    case queueOldest = "contrast_queue_oldest_ready_seconds"
    case queueAge = "contrast_queue_age_seconds"
    case resident = "process_resident_memory_bytes"
    case anonymous = "contrast_anonymous_memory_bytes"
    case cpuTime = "process_cpu_seconds_total"
    case startTime = "process_start_time_seconds"
    case openFiles = "process_open_fds"

    /// The `HELP` line.
    package var help: String {
        switch self {
        case .info: "1; its labels say which worker and which version this is."
        case .ready: "1 while the worker takes jobs, 0 while /readyz says why it does not."
        case .jobs: "Attempts that have ended, by kind of job and outcome."
        case .jobTime: "Time from the claim of a job to the confirmed end of the attempt."
        case .stepTime: "Time of a step of the job in hand."
        case .jobRunning: "1 while a job of the kind is in hand."
        case .jobStep: "Steps done of the job in hand; 0 without one."
        case .jobSteps: "Steps in all of the job in hand; 0 without one."
        case .claimTime: "Time of a claim, whether it found a job or not."
        case .claims: "Claims, by whether they found a job."
        case .beats: "Beats that the database has answered."
        case .beatFailures: "Beats, and other calls of the lease keeper, that failed."
        case .beatAge: "Time since the last beat that the database answered."
        case .reconnects: "Sessions opened after the first one, by what the connection is for."
        case .queueJobs: "Jobs that have not ended, by kind and state; the same from every worker."
        case .queueOldest: "How long the oldest ready job of the kind has been ready."
        case .queueAge: "Time since the queue was counted."
        case .resident: "Resident memory, mapped files of models included."
        case .anonymous: "Resident memory without mapped files."
        case .cpuTime: "Processor time of user and system."
        case .startTime: "When the process started, in seconds since 1970."
        case .openFiles: "Open file descriptors."
        }
    }

    /// Upper limits of the buckets of a histogram; nil for other metrics.
    package var buckets: [Double]? {
        switch self {
        case .jobTime: [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400, 259_200]
        case .stepTime: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300]
        case .claimTime: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30]
        default: nil
        }
    }

    /// `help` of every metric, by name.
    package static var helpByName: [String: String] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.help) })
    }

    /// `buckets` of every histogram, by name.
    package static var bucketsByName: [String: [Double]] {
        Dictionary(
            uniqueKeysWithValues: allCases.compactMap { metric in
                metric.buckets.map { (metric.rawValue, $0) }
            }
        )
    }
}
