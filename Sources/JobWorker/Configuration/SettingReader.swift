internal import Configuration
internal import Foundation

/// Reads settings, the environment before the file, and turns their texts into values.
struct SettingReader {
    private let reader: ConfigReader
    private let file: ConfigurationFile?

    /// Throws for a `CONTRAST_` key that no setting has, wherever it stands.
    init(file: ConfigurationFile?, environment: [String: String]) throws(ConfigurationError) {
        self.file = file
        let fromFile = file?.settings.mapValues(\.value) ?? [:]
        try Self.checkKeys(fromFile.keys, file: file)
        try Self.checkKeys(environment.keys, file: nil)
        let secrets = Set(WorkerSetting.allCases.filter(\.isSecret).map(\.rawValue))
        reader = ConfigReader(providers: [
            EnvironmentVariablesProvider(
                environmentVariables: Self.ours(environment),
                secretsSpecifier: .specific(secrets)
            ),
            EnvironmentVariablesProvider(
                environmentVariables: Self.ours(fromFile),
                secretsSpecifier: .specific(secrets)
            ),
        ])
    }

    /// The text of a setting, its default when nobody gives one.
    func text(_ setting: WorkerSetting) throws(ConfigurationError) -> String {
        let key = ConfigKey(setting.rawValue.lowercased().split(separator: "_").map(String.init))
        if let found = reader.string(forKey: key, isSecret: setting.isSecret), !found.isEmpty {
            return found
        }
        guard let fallback = setting.fallback else {
            throw ConfigurationError(
                setting.rawValue,
                "expected a value, found none; set it in worker.conf or in the environment"
            )
        }
        return fallback
    }

    /// A list of words with commas between them.
    func words(_ setting: WorkerSetting) throws(ConfigurationError) -> [String] {
        try text(setting).split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }.filter { !$0.isEmpty }
    }

    /// A length of time: `500ms`, `10s`, `5m`, `2h`; a bare number is seconds.
    func duration(
        _ setting: WorkerSetting,
        in range: ClosedRange<Double>
    ) throws(ConfigurationError) -> Duration {
        let units: [(suffix: String, factor: Double)] = [
            ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1),
        ]
        let text = try text(setting)
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let number = Double(text.dropLast(unit.suffix.count)) else { continue }
            guard range.contains(number * unit.factor) else { break }
            return .milliseconds(Int((number * unit.factor * 1000).rounded()))
        }
        throw ConfigurationError(
            setting.rawValue,
            "expected a time from \(range.lowerBound)s to \(Int(range.upperBound))s such as 10s, "
                + "5m or 2h, found \"\(text)\"; correct it"
        )
    }

    /// A whole number, with `k`, `M`, `G` for thousands, millions, thousand millions.
    func count(
        _ setting: WorkerSetting,
        in range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int {
        let units: [(suffix: String, factor: Int)] = [
            ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("", 1),
        ]
        let text = try text(setting)
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let number = Int(text.dropLast(unit.suffix.count)) else { continue }
            let (product, overflow) = number.multipliedReportingOverflow(by: unit.factor)
            guard !overflow, range.contains(product) else { break }
            return product
        }
        throw ConfigurationError(
            setting.rawValue,
            "expected a whole number from \(range.lowerBound) to \(range.upperBound), with k, M or "
                + "G if you like, found \"\(text)\"; correct it"
        )
    }

    /// One word of a fixed set.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ setting: WorkerSetting,
        _: Choice.Type
    ) throws(ConfigurationError) -> Choice {
        let text = try text(setting)
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        throw ConfigurationError(
            setting.rawValue,
            "expected one of \(words.joined(separator: ", ")), found \"\(text)\"\(Self.hint(text, words))"
        )
    }

    /// A folder, as an absolute path; a relative one is relative to where the worker starts.
    func folder(_ setting: WorkerSetting) throws(ConfigurationError) -> URL {
        URL(filePath: try text(setting), directoryHint: .isDirectory).absoluteURL
            .standardizedFileURL
    }

    private static func ours(_ settings: [String: String]) -> [String: String] {
        settings.filter { WorkerSetting(rawValue: $0.key) != nil }
    }
}
