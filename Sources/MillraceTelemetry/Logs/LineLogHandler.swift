public import Logging

/// Writes each event as one JSON object on one line.
public typealias JSONLogHandler = LineLogHandler<JSONLogLine>

/// Writes each event as one compact line for a terminal.
public typealias TextLogHandler = LineLogHandler<TextLogLine>

/// A log handler whose events become one line each, delivered to the sink in one piece.
///
/// The level is the process-wide switch's, unless a logger was given its own.
public struct LineLogHandler<Format: LogLineFormat>: LogHandler {
    /// Metadata of this logger, under that of the provider and of the call.
    public var metadata: Logger.Metadata = [:]
    /// What adds task-local metadata.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let processLevel: LogLevelSwitch
    private var ownLevel: Logger.Level?
    private let sink: LogSink
    private let now: @Sendable () -> LogTimestamp

    /// Makes a handler for the logger `label`.
    public init(
        label: String,
        level: LogLevelSwitch,
        sink: LogSink = .standardError,
        metadataProvider: Logger.MetadataProvider? = nil,
        now: @escaping @Sendable () -> LogTimestamp = LogTimestamp.now
    ) {
        self.label = label
        self.processLevel = level
        self.sink = sink
        self.metadataProvider = metadataProvider
        self.now = now
    }

    /// The level in force for this logger; setting it detaches the logger from the process-wide switch.
    public var logLevel: Logger.Level {
        get { ownLevel ?? processLevel.level }
        set { ownLevel = newValue }
    }

    /// One member of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the event; called by `Logger` after the level was checked.
    public func log(event: LogEvent) {
        let entry = LogEntry(
            time: now(),
            level: event.level,
            message: event.message.description,
            label: label,
            fields: LogFields(metadata, metadataProvider?.get(), event.metadata, error: event.error))
        var line: [UInt8] = []
        line.reserveCapacity(256)
        Format.append(entry, to: &line)
        line.append(UInt8(ascii: "\n"))
        sink.write(line)
    }
}
