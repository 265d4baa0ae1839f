import Configuration

extension SettingsReader {
    /// A whole number within a range.
    mutating func int(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        declare(key, fallback: String(fallback))
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return find(key, as: .int, expected: expected) { content in
            guard case .int(let value) = content, range.contains(value) else { return nil }
            return value
        } ?? fallback
    }

    /// A whole number of milliseconds within a range, as a duration.
    mutating func milliseconds(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Duration {
        .milliseconds(int(key, default: fallback, in: range))
    }

    /// A length of time with its unit: `500ms`, `30s`, `15m`, `1h`, `7d`.
    mutating func duration(
        _ key: String, default fallback: Duration, in range: ClosedRange<Duration>
    ) -> Duration {
        let expected =
            "a time from \(DurationText(range.lowerBound)) to \(DurationText(range.upperBound)), such as 90s, 1h or 7d"
        return parsed(key, default: fallback, named: DurationText(fallback).description, expected: expected) { text in
            DurationText(text).map(\.duration).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A length of time with its unit, or `forever`, which is nil.
    mutating func lifetime(_ key: String, default fallback: Duration) -> Duration? {
        let expected = "a time such as 12h or 90d, or forever"
        let text = DurationText(fallback).description
        return parsed(key, default: Lifetime.limited(fallback), named: text, expected: expected, parse: Lifetime.init)
            .duration
    }

    /// `true` or `false` (environment and flags also: yes, no, 1, 0).
    mutating func bool(_ key: String, default fallback: Bool) -> Bool {
        declare(key, fallback: String(fallback))
        return find(key, as: .bool, expected: "true or false") { content in
            guard case .bool(let value) = content else { return nil }
            return value
        } ?? fallback
    }

    /// A text that `isValid` accepts; `expected` says in words what it accepts.
    mutating func string(
        _ key: String, default fallback: String, expected: String = "a text",
        where isValid: (String) -> Bool = { !$0.isEmpty }
    ) -> String {
        declare(key, fallback: fallback)
        return text(key, expected: expected, where: isValid) ?? fallback
    }

    /// A text that is one of our own values; the default must be one.
    mutating func parsed<Value>(
        _ key: String, default fallback: Value, named text: String, expected: String, parse: (String) -> Value?
    ) -> Value {
        declare(key, fallback: text)
        return find(key, as: .string, expected: expected) { content in
            guard case .string(let value) = content else { return nil }
            return parse(value)
        } ?? fallback
    }

    /// A text that may be absent.
    mutating func optionalString(
        _ key: String, expected: String = "a text", where isValid: (String) -> Bool = { !$0.isEmpty }
    ) -> String? {
        declare(key, fallback: nil)
        return text(key, expected: expected, where: isValid)
    }

    /// One of the raw values of a closed set.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, default fallback: Choice
    ) -> Choice {
        declare(key, fallback: fallback.rawValue)
        let expected = "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return find(key, as: .string, expected: expected) { content in
            guard case .string(let value) = content else { return nil }
            return Choice(rawValue: value)
        } ?? fallback
    }

    /// A secret that may be absent; its value is in no error.
    mutating func secret(
        _ key: String, expected: String, where isValid: (String) -> Bool = { !$0.isEmpty }
    ) -> Secret? {
        declare(key, fallback: nil)
        return text(key, isSecret: true, expected: expected, where: isValid).map(Secret.init)
    }

    /// A list: a YAML sequence, or a text separated by commas. Blanks around the parts are dropped.
    mutating func list(
        _ key: String, isSecret: Bool = false, expected: String, where isValid: (String) -> Bool = { !$0.isEmpty }
    ) -> [String] {
        declare(key, fallback: "")
        return find(key, as: .stringArray, .string, isSecret: isSecret, expected: expected) { content in
            let parts = Self.parts(of: content)
            return parts.allSatisfy(isValid) ? parts : nil
        } ?? []
    }

    /// A map whose names are free: a YAML mapping, `--prefix.some.name=…`, or `PREFIX_SOME_NAME` (which is `some.name`).
    /// A name given in several places has the value of the strongest.
    mutating func map(_ prefix: String) -> [String: Secret] {
        declare(prefix, fallback: "", isPrefix: true)
        return sources.reversed().reduce(into: [:]) { result, source in
            result.merge(source.entries(below: prefix).mapValues(Secret.init)) { _, stronger in stronger }
        }
    }

    private mutating func text(
        _ key: String, isSecret: Bool = false, expected: String, where isValid: (String) -> Bool
    ) -> String? {
        find(key, as: .string, isSecret: isSecret, expected: expected) { content in
            guard case .string(let value) = content, isValid(value) else { return nil }
            return value
        }
    }

    private static func parts(of content: ConfigContent) -> [String] {
        let raw: [String] =
            switch content {
            case .stringArray(let values): values
            case .string(let value): value.split(separator: ",").map(String.init)
            default: []
            }
        return raw.map { part in
            let rest = part.drop(while: \.isWhitespace)
            return String(rest.reversed().drop(while: \.isWhitespace).reversed())
        }
    }
}
