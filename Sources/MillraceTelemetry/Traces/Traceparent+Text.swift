extension Traceparent: LosslessStringConvertible {
    /// Reads a header's value; nil when the standard says to start a new trace instead.
    ///
    /// Version `ff` and upper-case digits are refused; of a later version the four known fields are read, and
    /// more may follow after a dash. Spaces and tabs around the value are ignored, as HTTP does.
    public init?(_ text: String) {
        let bytes = Array(Self.trimmed(text).utf8)
        guard bytes.count >= 55,
            let version = Self.hexadecimal(bytes[0..<2]), version != 0xFF,
            version == 0 ? bytes.count == 55 : bytes.count == 55 || bytes[55] == UInt8(ascii: "-"),
            [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            let high = Self.hexadecimal(bytes[3..<19]),
            let low = Self.hexadecimal(bytes[19..<35]),
            let span = Self.hexadecimal(bytes[36..<52]),
            let flags = Self.hexadecimal(bytes[53..<55]),
            let traceID = TraceID(high: high, low: low)
        else { return nil }
        self.init(traceID: traceID, spanID: span, isSampled: flags & 1 == 1)
    }

    /// The header's value, always in version `00` and with no flag but "sampled".
    public var description: String {
        "00-\(traceID)-\(Self.hexadecimal(spanID))-\(isSampled ? "01" : "00")"
    }

    private static func trimmed(_ text: String) -> Substring {
        var rest = text[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }

    /// At most 16 lower-case digits.
    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Traceparent.TraceID: CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public var description: String {
        Traceparent.hexadecimal(high) + Traceparent.hexadecimal(low)
    }
}
