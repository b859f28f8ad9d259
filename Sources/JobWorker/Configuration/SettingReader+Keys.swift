internal import Requests

extension SettingReader {
    /// Throws for the first key that begins like ours and is none of ours.
    static func checkKeys(
        _ keys: some Collection<String>,
        file: ConfigurationFile?
    ) throws(ConfigurationError) {
        let known = WorkerSetting.allCases.map(\.rawValue)
        for key in keys.sorted() where key.hasPrefix("CONTRAST_") && !known.contains(key) {
            if WorkerSetting.foreignKeys.contains(key) || key.hasPrefix("CONTRAST_TEST_") {
                continue
            }
            let place = file.map { "\($0.name):\($0.settings[key]?.line ?? 0)" } ?? "environment"
            throw ConfigurationError(
                place,
                "expected a known setting, found \(key)\(hint(key, known))"
            )
        }
    }

    /// `; did you mean …?`, or the advice to remove the word.
    static func hint(_ word: String, _ words: [String]) -> String {
        Spelling.closest(to: word, among: words).map { "; did you mean \($0)?" }
            ?? "; remove it"
    }
}
