/// A key of `worker.conf` and of the environment. Its default stands beside it, nowhere else.
package enum WorkerSetting: String, CaseIterable, Sendable {
    case databaseURL = "CONTRAST_DATABASE_URL"
    case name = "CONTRAST_WORKER_NAME"
    case kinds = "CONTRAST_WORKER_KINDS"
    case tags = "CONTRAST_WORKER_TAGS"
    case memory = "CONTRAST_WORKER_MEMORY"
    case inputRoot = "CONTRAST_INPUT_ROOT"
    case modelsRoot = "CONTRAST_MODELS_ROOT"
    case huggingFaceCache = "CONTRAST_HF_CACHE"
    case outputRoot = "CONTRAST_OUTPUT_ROOT"
    case workRoot = "CONTRAST_WORK_ROOT"
    case exchange = "CONTRAST_EXCHANGE"
    case poll = "CONTRAST_POLL"
    case lease = "CONTRAST_LEASE"
    case beat = "CONTRAST_BEAT"
    case grace = "CONTRAST_GRACE"
    case connectTimeout = "CONTRAST_CONNECT_TIMEOUT"
    case threads = "CONTRAST_THREADS"
    case maximumImagePixels = "CONTRAST_MAX_IMAGE_PIXELS"
    case maximumImageBytes = "CONTRAST_MAX_IMAGE_BYTES"
    case minimumFreeDisk = "CONTRAST_MIN_FREE_DISK"
    case maximumJobs = "CONTRAST_MAX_JOBS"
    case maximumResident = "CONTRAST_MAX_RSS"
    case operationsAddress = "CONTRAST_OPS_ADDRESS"
    case operationsRemote = "CONTRAST_OPS_REMOTE"
    case operationsToken = "CONTRAST_OPS_TOKEN"
    case logFormat = "CONTRAST_LOG_FORMAT"
    case logLevel = "CONTRAST_LOG_LEVEL"

    /// The value when neither environment nor file has one; nil where one is required.
    package var fallback: String? {
        switch self {
        case .databaseURL, .inputRoot, .modelsRoot, .outputRoot: nil
        case .name, .kinds, .tags, .workRoot, .huggingFaceCache, .exchange, .operationsAddress,
            .operationsToken:
            ""
        case .memory, .threads, .maximumJobs, .maximumResident: "0"
        case .operationsRemote: "no"
        case .poll: "2s"
        case .lease: "60s"
        case .beat: "10s"
        case .grace: "120s"
        case .connectTimeout: "30s"
        case .maximumImagePixels: "64M"
        case .maximumImageBytes: "64M"
        case .minimumFreeDisk: "1G"
        case .logFormat: "auto"
        case .logLevel: "info"
        }
    }

    /// Whether the value must never be printed.
    package var isSecret: Bool { [.databaseURL, .operationsToken].contains(self) }

    /// Keys that begin like ours and are meant for building and testing.
    package static let foreignKeys: Set<String> = [
        "CONTRAST_MARCH", "CONTRAST_WARNINGS", "CONTRAST_UPDATE_DOCS",
    ]
}
