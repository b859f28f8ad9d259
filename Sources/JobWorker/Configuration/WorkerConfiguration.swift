package import Foundation
package import Logging
internal import ModelFiles
package import Requests

/// Everything an operator can set about one worker.
package struct WorkerConfiguration: Sendable {
    /// Form of the log lines.
    package enum LogFormat: String, CaseIterable, Sendable {
        /// Human on a terminal, JSON elsewhere.
        case auto
        case json
        case human
    }

    /// libpq connection string. A secret: it may hold a password.
    package var databaseURL: String
    /// What people call the worker; several may share a name.
    package var name: String
    /// Kinds of job the worker takes; nil takes all that it can run.
    package var kinds: [JobKind]?
    package var tags: [String]
    /// Memory that jobs may count on, in MiB.
    package var memory: Int
    /// Where reference pictures and data sets lie; jobs only read there.
    package var inputRoot: URL
    /// Where bases and adapters lie; jobs only read there.
    package var modelsRoot: URL
    /// The local cache of the Hugging Face Hub, for bases and adapters named `hf:org/name`; only read.
    package var huggingFaceCache: URL
    /// Where finished files go.
    package var outputRoot: URL
    /// Where unfinished files and checkpoints lie; the same file system as the output root.
    package var workRoot: URL
    /// How files get to workers with other output roots; nil where all have the same one.
    package var exchange: ExchangePlace?
    /// Longest time between two looks for work; a notification shortens it.
    package var poll: Duration
    /// How long a claim lasts without a beat.
    package var lease: Duration
    package var beat: Duration
    /// Time from the first SIGTERM to the end of the process.
    package var grace: Duration
    /// How long the start waits for the database.
    package var connectTimeout: Duration
    /// Cores that compute; 0 is all of them.
    package var threads: Int
    package var maximumImagePixels: Int
    package var maximumImageBytes: Int
    /// Bytes that have to be free in the output root before a job is claimed.
    package var minimumFreeDisk: Int
    /// Jobs after which the process ends, for a supervisor to start a fresh one; 0 is never.
    package var maximumJobs: Int
    /// Bytes of resident memory; a job that leaves more behind is the process's last one. 0 is no limit.
    package var maximumResident: Int
    /// Where health, status and metrics are told; nil tells nobody.
    package var operationsAddress: OperationsAddress?
    /// What those have to know who ask for more than health; nil where everybody may ask. A secret.
    package var operationsToken: String?
    package var logFormat: LogFormat
    package var logLevel: Logger.Level

    /// Reads the settings; the environment wins over the file.
    package init(
        file: ConfigurationFile?,
        environment: [String: String]
    ) throws(ConfigurationError) {
        let settings = try SettingReader(file: file, environment: environment)
        databaseURL = try settings.text(.databaseURL)
        let name = try settings.text(.name)
        self.name = name.isEmpty ? ProcessInfo.processInfo.hostName : name
        kinds = try Self.kinds(settings)
        tags = try settings.words(.tags)
        let memory = try settings.count(.memory, in: 0...1_000_000_000)
        self.memory =
            memory == 0 ? MachineMemory.bytes >> 20 : memory
        inputRoot = try settings.folder(.inputRoot)
        modelsRoot = try settings.folder(.modelsRoot)
        let cache = try settings.text(.huggingFaceCache)
        huggingFaceCache =
            cache.isEmpty
            ? HuggingFaceCache.defaultFolder(environment: environment)
            : try settings.folder(.huggingFaceCache)
        outputRoot = try settings.folder(.outputRoot)
        let work = try settings.text(.workRoot)
        workRoot =
            work.isEmpty ? outputRoot.appending(path: ".work") : try settings.folder(.workRoot)
        exchange =
            switch try settings.text(.exchange) {
            case "": nil
            case "database": .database
            default: .folder(try settings.folder(.exchange))
            }
        poll = try settings.duration(.poll, in: 0.05...3600)
        lease = try settings.duration(.lease, in: 1...86_400)
        beat = try settings.duration(.beat, in: 0.1...3600)
        grace = try settings.duration(.grace, in: 0.1...86_400)
        connectTimeout = try settings.duration(.connectTimeout, in: 0...86_400)
        threads = try settings.count(.threads, in: 0...1024)
        maximumImagePixels = try settings.count(.maximumImagePixels, in: 1...1_000_000_000)
        maximumImageBytes = try settings.count(.maximumImageBytes, in: 1...4_000_000_000)
        minimumFreeDisk = try settings.count(.minimumFreeDisk, in: 0...1_000_000_000_000_000)
        maximumJobs = try settings.count(.maximumJobs, in: 0...1_000_000_000)
        maximumResident = try settings.count(.maximumResident, in: 0...1_000_000_000_000_000)
        operationsToken = try settings.operationsToken()
        operationsAddress = try settings.operationsAddress()
        logFormat = try settings.choice(.logFormat, LogFormat.self)
        logLevel = try settings.choice(.logLevel, Logger.Level.self)
        guard lease >= beat * 3 else {
            throw ConfigurationError(
                WorkerSetting.lease.rawValue,
                "expected at least three beats (CONTRAST_BEAT), found less; lengthen the lease"
            )
        }
    }

    /// The kinds of job that the configuration names and a handler runs.
    func claimedKinds(of able: [JobKind]) -> [String] {
        (kinds ?? able).filter { able.contains($0) }.map(\.rawValue)
    }

    private static func kinds(
        _ settings: SettingReader
    ) throws(ConfigurationError) -> [JobKind]? {
        let words = try settings.words(.kinds)
        var kinds: [JobKind] = []
        for word in words {
            guard let kind = JobKind(rawValue: word) else {
                let known = JobKind.allCases.map(\.rawValue)
                throw ConfigurationError(
                    WorkerSetting.kinds.rawValue,
                    "expected kinds of job (\(known.joined(separator: ", "))), found "
                        + "\"\(word)\"\(SettingReader.hint(word, known))"
                )
            }
            kinds.append(kind)
        }
        return kinds.isEmpty ? nil : kinds
    }
}
