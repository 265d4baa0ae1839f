/// A length of time as people write it in a configuration: a whole number and its unit, `ms`, `s`, `m`, `h` or `d`.
struct DurationText: Equatable, CustomStringConvertible {
    private static let units: [(name: String, length: Duration)] = [
        ("d", .seconds(86_400)), ("h", .seconds(3600)), ("m", .seconds(60)), ("s", .seconds(1)),
        ("ms", .milliseconds(1)),
    ]

    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    /// Nil for anything else, and for what is longer than a thousand years.
    init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits),
            let unit = Self.units.first(where: { $0.name == text.dropFirst(digits.count) }),
            Double(count) <= .seconds(365_000 * 86_400) / unit.length
        else { return nil }
        duration = unit.length * Int(count)
    }

    /// In the largest unit that leaves no rest.
    var description: String {
        for unit in Self.units {
            let count = Int64(duration / unit.length)
            if unit.length * Int(count) == duration { return "\(count)\(unit.name)" }
        }
        return "\(duration)"
    }
}

/// How long something is kept.
enum Lifetime: Equatable {
    case limited(Duration)
    case forever

    /// Reads a length of time, or `forever`.
    init?(_ text: String) {
        if text == "forever" {
            self = .forever
        } else if let duration = DurationText(text)?.duration {
            self = .limited(duration)
        } else {
            return nil
        }
    }

    /// Nil for ever.
    var duration: Duration? {
        switch self {
        case .limited(let duration): duration
        case .forever: nil
        }
    }
}
