/// A value in an item.
///
/// Source: DynamoDB API reference, `AttributeValue`; sets but those of strings are not used here.
public enum AttributeValue: Sendable, Hashable {
    /// Text.
    case string(String)
    /// A number in its decimal spelling, up to 38 digits.
    case number(String)
    /// Bytes.
    case binary([UInt8])
    /// True or false.
    case bool(Bool)
    /// Nothing.
    case null
    /// Values by name.
    case map([String: AttributeValue])
    /// Values in order.
    case list([AttributeValue])
    /// Different texts, at least one.
    case stringSet(Set<String>)

    /// A whole number.
    public static func number(_ value: some FixedWidthInteger) -> AttributeValue {
        .number(String(value))
    }

    /// The text, or nil for another type.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number if it is whole and fits, or nil.
    public var integer: Int64? {
        if case .number(let digits) = self { Int64(digits) } else { nil }
    }

    /// The values in order, or nil for another type.
    public var list: [AttributeValue]? {
        if case .list(let values) = self { values } else { nil }
    }
}

/// An item: its attributes by name.
public typealias Item = [String: AttributeValue]
