import MillraceDomain

/// Reads `Retry-After` (RFC 9110 section 10.2.3).
enum RetryAfter {
    /// Nobody can hold a job back for longer.
    static let longest = Duration.seconds(86_400)

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The delay in whole seconds or until an HTTP-date, at most `longest`; nil for anything else and for the past.
    static func delay(_ text: String, at now: Timestamp) -> Duration? {
        let text = text.trimmingSpaces
        let digits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if digits, !text.isEmpty { return .seconds(min(Int(text) ?? .max, 86_400)) }
        guard let time = date(text), time > now else { return nil }
        return min(time - now, longest)
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the form that senders must use.
    private static func date(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT", words[1].utf8.count == 2,
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        return Timestamp("\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])T\(words[4])Z")
    }
}

extension String {
    /// The text without spaces and tabs at its ends.
    fileprivate var trimmingSpaces: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
