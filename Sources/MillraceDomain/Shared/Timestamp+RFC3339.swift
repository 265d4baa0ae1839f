extension Timestamp: LosslessStringConvertible {
    /// The instants that have four digits for their year, in UTC.
    private static let written = -62_135_596_800_000_000...253_402_300_799_999_999 as ClosedRange<Int64>

    /// Reads an RFC 3339 date-time (section 5.6) of the years 0001 to 9999 in UTC, with any offset and up to nine
    /// digits of fraction, of which six are kept; nil for anything else. A leap second counts as the second after it.
    public init?(_ text: some StringProtocol) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T", or: "t"), let hour = reader.number(2), reader.skip(":"),
            let minute = reader.number(2), reader.skip(":"), let second = reader.number(2),
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd,
            year >= 1, (1...12).contains(month), (1...Self.days(of: month, in: year)).contains(day),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        let days = Self.daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        let microseconds = Int64(seconds) * 1_000_000 + Int64(fraction)
        guard Self.written.contains(microseconds) else { return nil }
        self.init(microseconds: microseconds)
    }

    /// The RFC 3339 form in UTC with milliseconds, `2026-11-21T09:30:00.123Z`; finer digits are cut. An instant
    /// outside the years 0001 to 9999 is written as the nearest inside.
    public var description: String {
        let microseconds = min(max(self.microseconds, Self.written.lowerBound), Self.written.upperBound)
        var seconds = microseconds / 1_000_000
        var rest = microseconds % 1_000_000
        if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1_000_000) }
        var days = seconds / 86_400
        var second = seconds % 86_400
        if second < 0 { (days, second) = (days - 1, second + 86_400) }
        let (year, month, day) = Self.civil(daysSinceEpoch: Int(days))
        return String(unsafeUninitializedCapacity: 24) { buffer in
            var position = 0
            func put(_ value: Int, _ width: Int, _ after: UInt8) {
                var value = value
                for index in stride(from: position + width - 1, through: position, by: -1) {
                    buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)
                    value /= 10
                }
                buffer[position + width] = after
                position += width + 1
            }
            put(year, 4, UInt8(ascii: "-"))
            put(month, 2, UInt8(ascii: "-"))
            put(day, 2, UInt8(ascii: "T"))
            put(Int(second / 3600), 2, UInt8(ascii: ":"))
            put(Int(second / 60 % 60), 2, UInt8(ascii: ":"))
            put(Int(second % 60), 2, UInt8(ascii: "."))
            put(Int(rest / 1000), 3, UInt8(ascii: "Z"))
            return position
        }
    }

    private static func days(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar; years counted from March, so that the leap day
    /// comes last.
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

/// Reads fixed-width numbers off the front of a text.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    private var isAtDigit: Bool {
        position < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    }

    mutating func number(_ width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard isAtDigit else { return nil }
            value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
        return value
    }

    mutating func skip(_ first: Unicode.Scalar, or second: Unicode.Scalar? = nil) -> Bool {
        guard position < bytes.count else { return false }
        let byte = UInt32(bytes[position])
        guard byte == first.value || byte == second?.value else { return false }
        position += 1
        return true
    }

    /// Microseconds of an optional fraction.
    mutating func fraction() -> Int? {
        guard skip(".") else { return 0 }
        var value = 0
        var digits = 0
        while isAtDigit {
            if digits < 6 { value = value * 10 + Int(bytes[position] - UInt8(ascii: "0")) }
            digits += 1
            position += 1
        }
        guard (1...9).contains(digits) else { return nil }
        while digits < 6 { (value, digits) = (value * 10, digits + 1) }
        return value
    }

    /// Minutes east of UTC.
    mutating func offset() -> Int? {
        if skip("Z", or: "z") { return 0 }
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = number(2), skip(":"), let minutes = number(2),
            hours <= 23, minutes <= 59
        else { return nil }
        return (isWest ? -1 : 1) * (hours * 60 + minutes)
    }
}
