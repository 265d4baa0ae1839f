import Logging

/// `{"time":…,"level":…,"message":…,"logger":…,<metadata>}`, metadata under its dotted keys.
///
/// Whole and finite numbers and truth values stay JSON numbers and booleans, everything else is a string, an array or
/// (inside arrays) an object. A metadata key that would repeat one of the first four is written as `metadata.<key>`.
public enum JSONLogLine: LogLineFormat {
    private static let reserved: Set<String> = ["time", "level", "message", "logger"]

    /// Appends the object.
    public static func append(_ entry: LogEntry, to line: inout [UInt8]) {
        line.append(contentsOf: #"{"time":""#.utf8)
        entry.time.append(to: &line)
        line.append(contentsOf: #"","level":""#.utf8)
        line.append(contentsOf: entry.level.rawValue.utf8)
        line.append(contentsOf: #"","message":"#.utf8)
        LogText.appendQuoted(entry.message, to: &line)
        line.append(contentsOf: #","logger":"#.utf8)
        LogText.appendQuoted(entry.label, to: &line)
        for (key, value) in entry.fields.pairs {
            line.append(UInt8(ascii: ","))
            appendMember(reserved.contains(key) ? "metadata.\(key)" : key, value, to: &line)
        }
        line.append(UInt8(ascii: "}"))
    }

    private static func appendMember(_ key: String, _ value: Logger.MetadataValue, to line: inout [UInt8]) {
        LogText.appendQuoted(key, to: &line)
        line.append(UInt8(ascii: ":"))
        append(value, to: &line)
    }

    private static func append(_ value: Logger.MetadataValue, to line: inout [UInt8]) {
        switch value {
        case .string(let text): LogText.appendQuoted(text, to: &line)
        case .stringConvertible(let value): append(literal: value, to: &line)
        case .array(let items): appendList(items, "[", "]", to: &line) { append($0, to: &$1) }
        case .dictionary(let members):
            appendList(members.sorted { $0.key < $1.key }, "{", "}", to: &line) {
                appendMember($0.key, $0.value, to: &$1)
            }
        }
    }

    private static func append(literal value: any CustomStringConvertible, to line: inout [UInt8]) {
        switch value {
        case let number as any BinaryInteger: line.append(contentsOf: number.description.utf8)
        case let number as Double where number.isFinite: line.append(contentsOf: number.description.utf8)
        case let flag as Bool: line.append(contentsOf: flag.description.utf8)
        default: LogText.appendQuoted(value.description, to: &line)
        }
    }

    private static func appendList<Item>(
        _ items: [Item], _ open: Unicode.Scalar, _ close: Unicode.Scalar, to line: inout [UInt8],
        each: (Item, inout [UInt8]) -> Void
    ) {
        line.append(UInt8(ascii: open))
        for (index, item) in items.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            each(item, &line)
        }
        line.append(UInt8(ascii: close))
    }
}
