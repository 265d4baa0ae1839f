import Logging

/// What turns one event into the bytes of one line, without the newline.
public protocol LogLineFormat: Sendable {
    /// Appends the line for `entry`.
    static func append(_ entry: LogEntry, to line: inout [UInt8])
}

/// One event with everything a line shows.
public struct LogEntry {
    let time: LogTimestamp
    let level: Logger.Level
    let message: String
    let label: String
    let fields: LogFields
}
