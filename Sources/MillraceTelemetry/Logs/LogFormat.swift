public import Logging

/// How a log line is written: `log.format`.
public enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object a line, for collectors.
    case json
    /// One compact line for a person at a terminal.
    case text

    /// Makes the handler that `LoggingSystem.bootstrap` wants for one logger.
    ///
    /// - Parameters:
    ///   - label: The logger's name.
    ///   - level: The process-wide level, shared by every handler.
    ///   - sink: Where lines go; standard error unless a test collects them.
    ///   - metadataProvider: What adds task-local metadata, such as trace ids.
    public func makeHandler(
        label: String,
        level: LogLevelSwitch,
        sink: LogSink = .standardError,
        metadataProvider: Logger.MetadataProvider? = nil
    ) -> any LogHandler {
        switch self {
        case .json:
            JSONLogHandler(label: label, level: level, sink: sink, metadataProvider: metadataProvider)
        case .text:
            TextLogHandler(label: label, level: level, sink: sink, metadataProvider: metadataProvider)
        }
    }
}
