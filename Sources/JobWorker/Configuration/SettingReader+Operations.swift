extension SettingReader {
    /// Whether those on other machines may read the endpoints.
    private enum Reach: String, CaseIterable {
        case no
        case yes
    }

    /// Where to answer those who run workers; nil where nobody is answered. Throws for an address that
    /// others can reach, unless that is allowed.
    func operationsAddress() throws(ConfigurationError) -> OperationsAddress? {
        let isRemoteAllowed = try choice(.operationsRemote, Reach.self) == .yes
        let text = try text(.operationsAddress)
        guard !text.isEmpty else { return nil }
        let key = WorkerSetting.operationsAddress.rawValue
        guard let address = OperationsAddress(text) else {
            throw ConfigurationError(
                key,
                "expected an address and a port such as 127.0.0.1:9187 or [::1]:9187, found \"\(text)\"; "
                    + "correct it"
            )
        }
        if !address.isLoopback, isRemoteAllowed, try operationsToken() == nil {
            throw ConfigurationError(
                WorkerSetting.operationsToken.rawValue,
                "expected a token, since others reach \(address.host), found none; make one with "
                    + "openssl rand -hex 32"
            )
        }
        guard address.isLoopback || isRemoteAllowed else {
            throw ConfigurationError(
                key,
                "expected an address of this machine alone (127.0.0.1, [::1] or localhost), found "
                    + "\(address.host); set CONTRAST_OPS_REMOTE=yes and CONTRAST_OPS_TOKEN if others may read it"
            )
        }
        return address
    }

    /// What those have to know who ask; nil where everybody may. Never part of an error.
    func operationsToken() throws(ConfigurationError) -> String? {
        let text = try text(.operationsToken)
        guard !text.isEmpty else { return nil }
        guard text.utf8.count >= 16, text.utf8.allSatisfy({ 33...126 ~= $0 }) else {
            throw ConfigurationError(
                WorkerSetting.operationsToken.rawValue,
                "expected at least 16 letters, digits and signs without spaces, found something else; make one with "
                    + "openssl rand -hex 32"
            )
        }
        return text
    }
}
