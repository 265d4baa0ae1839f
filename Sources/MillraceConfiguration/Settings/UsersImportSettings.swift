/// What the built-in `users.import` handler may read.
public struct UsersImportSettings: Sendable, Equatable {
    /// The directory that import files must lie in (`users.import.directory`); nil: no file can be imported.
    public var directory: String?

    init(reading values: inout SettingsReader) {
        directory = values.optionalString("users.import.directory", expected: "an absolute path") { $0.hasPrefix("/") }
    }
}
