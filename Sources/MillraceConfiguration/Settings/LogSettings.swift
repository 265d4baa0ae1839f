public import Logging

/// What is logged, and in which form.
public struct LogSettings: Sendable, Equatable {
    /// The forms there are.
    public enum Format: String, Sendable, Equatable, CaseIterable {
        /// One JSON object a line.
        case json
        /// One line for people.
        case text
    }

    /// The least severe level that is written (`log.level`, info).
    public var level: Logger.Level
    /// The form (`log.format`, json).
    public var format: Format

    init(reading values: inout SettingsReader) {
        level = values.choice("log.level", default: Logger.Level.info)
        format = values.choice("log.format", default: Format.json)
    }
}
