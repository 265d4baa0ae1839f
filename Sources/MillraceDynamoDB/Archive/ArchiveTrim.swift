import MillraceDomain

/// Keeps items under DynamoDB's limit by shortening what may be long: first the result, then what the oldest attempts
/// say, and the payload, without which the job cannot run again, only if nothing else helps.
enum ArchiveTrim {
    /// DynamoDB's 400 KB, less some for our estimate of numbers.
    static let maxItemBytes = 400 * 1024 - 4096
    /// How much of the beginning of a trimmed document is kept.
    static let headBytes = 8 * 1024
    /// What shortened attempts may still take.
    private static let roomForAttempts = 8 * 1024

    /// The item, its long documents marked and trimmed if it is too large.
    static func fitted(_ item: Item) -> Item {
        var item = item
        if size(item) > maxItemBytes { trim("result", of: &item) }
        let attempts = item["attempts"].map { size($0) } ?? 0
        if size(item) - attempts > maxItemBytes - roomForAttempts { trimPayload(of: &item) }
        let excess = size(item) - maxItemBytes
        if excess > 0, let attempts = item["attempts"]?.list {
            item["attempts"] = .list(AttemptTrim.shortened(attempts, by: excess))
        }
        return item
    }

    private static func trimPayload(of item: inout Item) {
        if size(item) > maxItemBytes { trim("payload", of: &item) }
    }

    private static func trim(_ name: String, of item: inout Item) {
        guard let document = item[name]?.string, document.utf8.count > headBytes else { return }
        item[name] = .string(trimmed(document))
    }

    /// `{"millrace_trimmed":{"bytes":…,"head":"…"}}`
    static func trimmed(_ document: String) -> String {
        var end = document.utf8.index(document.startIndex, offsetBy: min(headBytes, document.utf8.count))
        while end.samePosition(in: document.unicodeScalars) == nil { end = document.utf8.index(before: end) }
        var json = JSONWriter()
        json.object { json in
            json.member("millrace_trimmed") { json in
                json.object { json in
                    json.member("bytes") { $0.value(document.utf8.count) }
                    json.member("head") { $0.value(String(document[..<end])) }
                }
            }
        }
        return json.text
    }

    /// Names and values as DynamoDB counts them, numbers rounded up.
    static func size(_ item: Item) -> Int {
        item.reduce(0) { $0 + $1.key.utf8.count + size($1.value) }
    }

    /// One value as DynamoDB counts it.
    static func size(_ value: AttributeValue) -> Int {
        switch value {
        case .string(let text): text.utf8.count
        case .number(let digits): digits.utf8.count + 1
        case .binary(let bytes): bytes.count
        case .bool, .null: 1
        case .map(let members): 3 + members.count + size(members)
        case .list(let values): 3 + values.reduce(0) { $0 + 1 + size($1) }
        case .stringSet(let texts): texts.reduce(0) { $0 + $1.utf8.count }
        }
    }
}
