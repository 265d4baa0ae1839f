import Logging

/// `09:30:00.123 INFO  logger: message key=value key="two words"`, with control characters escaped.
public enum TextLogLine: LogLineFormat {
    /// Appends the line.
    public static func append(_ entry: LogEntry, to line: inout [UInt8]) {
        var time: [UInt8] = []
        entry.time.append(to: &time)
        line.append(contentsOf: time[11..<23])
        line.append(UInt8(ascii: " "))
        line.append(contentsOf: name(of: entry.level).utf8)
        line.append(UInt8(ascii: " "))
        appendBare(entry.label, to: &line)
        line.append(contentsOf: ": ".utf8)
        appendBare(entry.message, to: &line)
        for (key, value) in entry.fields.pairs {
            line.append(UInt8(ascii: " "))
            appendBare(key, to: &line)
            line.append(UInt8(ascii: "="))
            appendValue(value.description, to: &line)
        }
    }

    private static func name(of level: Logger.Level) -> String {
        switch level {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO "
        case .notice: "NOTE "
        case .warning: "WARN "
        case .error: "ERROR"
        case .critical: "CRIT "
        }
    }

    /// Quotes only where a reader could not tell where the value ends.
    private static func appendValue(_ text: String, to line: inout [UInt8]) {
        if text.isEmpty || text.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "=") }) {
            LogText.appendQuoted(text, to: &line)
        } else {
            appendBare(text, to: &line)
        }
    }

    /// The quoted form without its quotes.
    private static func appendBare(_ text: String, to line: inout [UInt8]) {
        var quoted: [UInt8] = []
        LogText.appendQuoted(text, to: &quoted)
        line.append(contentsOf: quoted.dropFirst().dropLast())
    }
}
