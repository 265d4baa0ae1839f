import MillraceDomain
import Testing

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2026-11-21T09:30:00.123Z", 1_795_253_400_123_000),
        ("2026-11-21t09:30:00.123z", 1_795_253_400_123_000),
        ("2026-11-21T09:30:00.1Z", 1_795_253_400_100_000),
        ("2026-11-21T09:30:00.123456789Z", 1_795_253_400_123_456),
        ("2026-11-21T10:30:00.123+01:00", 1_795_253_400_123_000),
        ("2026-11-21T00:00:00.123-09:30", 1_795_253_400_123_000),
        ("2026-11-21T09:30:00-00:00", 1_795_253_400_000_000),
        ("2000-02-29T00:00:00Z", 951_782_400_000_000),
        ("2024-02-29T23:59:59Z", 1_709_251_199_000_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ("1900-03-01T00:00:00Z", -2_203_891_200_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ])
    func `an RFC 3339 time is read`(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "now", "2026-11-21", "2026-11-21T09:30:00", "2026-11-21 09:30:00Z", "2026-11-21T09:30Z",
        "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00.1234567890Z", "2026-11-21T09:30:00,5Z",
        "2026-11-21T09:30:00+1:00", "2026-11-21T09:30:00+0100", "2026-11-21T09:30:00+24:00",
        "2026-11-21T09:30:00+01:60", "2026-11-21T09:30:00Z ", " 2026-11-21T09:30:00Z", "2026-11-21T09:30:00ZZ",
        "2026-00-21T09:30:00Z", "2026-13-21T09:30:00Z", "2026-11-00T09:30:00Z", "2026-11-31T09:30:00Z",
        "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z",
        "2026-11-21T09:30:61Z", "0000-01-01T00:00:00Z", "-001-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
        "２026-11-21T09:30:00Z", "2026-11-21T09:30:00−01:00", "2026-11-21T09:30:00\0Z", "+2026-11-21T09:30:00Z",
    ])
    func `anything else is not a time`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    /// Guards: an offset or a leap second carried an instant out of the years that have four digits, and its text
    /// could not be read again.
    @Test(arguments: [
        "9999-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01", "0001-01-01T00:00:00+00:01",
    ])
    func `a time whose instant leaves the years 0001 to 9999 is not a time`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `a time is written in UTC with milliseconds, finer digits cut`() {
        #expect(Timestamp(microseconds: 1_795_253_400_123_999).description == "2026-11-21T09:30:00.123Z")
        #expect(Timestamp(microseconds: 0).description == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp(microseconds: -1).description == "1969-12-31T23:59:59.999Z")
    }

    /// Guards: instants past four-digit years wrote bytes that are no digits.
    @Test func `an instant outside the years 0001 to 9999 is written as the nearest inside`() {
        #expect(Timestamp(microseconds: .max).description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(microseconds: .min).description == "0001-01-01T00:00:00.000Z")
    }

    @Test func `what is written is read as the same instant, on every day of eight hundred years`() {
        var wrong: [String] = []
        for day in stride(from: -150_000, through: 150_000, by: 1) {
            let time = Timestamp(microseconds: Int64(day) * 86_400_000_000 + 43_199_987_000)
            if Timestamp(time.description) != time { wrong.append(time.description) }
        }
        #expect(wrong == [])
    }

    @Test func `adding and subtracting stop at the ends of the range`() {
        let (first, last) = (Timestamp(microseconds: .min), Timestamp(microseconds: .max))
        #expect(last + .microseconds(1) == last)
        #expect(first + .microseconds(-1) == first)
        #expect(first - .seconds(1) == first)
        #expect(last - .seconds(-1) == last)
        #expect(Timestamp(microseconds: 0) + .seconds(Int64.max) == last)
        #expect(Timestamp(microseconds: 5) - Timestamp(microseconds: 7) == .microseconds(-2))
        #expect(last - first == .microseconds(Int64.max))
        #expect(first - last == .microseconds(Int64.min))
    }

    @Test func `a duration is cut to whole microseconds and milliseconds`() {
        #expect(Duration.nanoseconds(1999).microseconds == 1)
        #expect(Duration.seconds(-1).microseconds == -1_000_000)
        #expect(Duration.seconds(Int64.max).microseconds == .max)
        #expect(Duration.seconds(Int64.min).microseconds == .min)
        #expect(Duration.microseconds(1999).milliseconds == 1)
    }
}
