/// One profile as the shared files `credentials` and `config` describe it.
struct AWSProfile {
    /// What `credentials` says.
    let credentials: [String: String]?
    /// What `config` says.
    let config: [String: String]?

    /// Where the files are and which profile is meant.
    struct Place {
        let credentialsPath: String?
        let configPath: String?
        /// `AWS_PROFILE`, or `default`.
        let name: String
        /// Whether somebody asked for this profile, so that it must be there.
        let isNamed: Bool

        init(_ environment: [String: String]) {
            let home = environment.filled("HOME")
            func path(_ variable: String, _ usual: String) -> String? {
                guard let given = environment.filled(variable) else { return home.map { "\($0)/.aws/\(usual)" } }
                guard given.hasPrefix("~/"), let home else { return given }
                return home + given.dropFirst()
            }
            credentialsPath = path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
            configPath = path("AWS_CONFIG_FILE", "config")
            name = environment.filled("AWS_PROFILE") ?? "default"
            isNamed = environment.filled("AWS_PROFILE") != nil
        }
    }

    /// Takes the files' bytes; nil for a file that is not there.
    init(_ name: String, credentials: [UInt8]?, config: [UInt8]?) {
        self.credentials = credentials.flatMap { ProfileFile($0).sections[name] }
        let sections = config.map { ProfileFile($0).sections } ?? [:]
        self.config = sections["profile \(name)"] ?? (name == "default" ? sections["default"] : nil)
    }

    /// Whether any file has it.
    var exists: Bool { credentials != nil || config != nil }

    /// A setting, `credentials` before `config`.
    func value(_ name: String) -> String? {
        credentials?.filled(name) ?? config?.filled(name)
    }
}
