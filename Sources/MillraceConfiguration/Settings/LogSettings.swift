public import Logging
public import MillraceTelemetry

/// What is logged, and in which form.
public struct LogSettings: Sendable, Equatable {
    /// The least severe level that is written (`log.level`, info).
    public var level: Logger.Level
    /// The form (`log.format`, json).
    public var format: LogFormat

    init(reading values: inout SettingsReader) {
        level = values.choice("log.level", default: Logger.Level.info)
        format = values.choice("log.format", default: LogFormat.json)
    }
}
