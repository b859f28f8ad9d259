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
        guard address.isLoopback || isRemoteAllowed else {
            throw ConfigurationError(
                key,
                "expected an address of this machine alone (127.0.0.1, [::1] or localhost), found "
                    + "\(address.host); set CONTRAST_OPS_REMOTE=yes if others may read it"
            )
        }
        return address
    }
}
