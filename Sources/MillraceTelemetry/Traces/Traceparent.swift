/// A position in a distributed trace, as the W3C `traceparent` header carries it.
///
/// Source: <https://www.w3.org/TR/trace-context/>, version `00`.
public struct Traceparent: Sendable, Hashable {
    /// The trace, the same in every process it passes; never zero.
    public let traceID: TraceID
    /// The span of the caller; never zero.
    public let spanID: UInt64
    /// Whether the caller records this trace.
    public let isSampled: Bool

    /// 128 bits that name a trace.
    public struct TraceID: Sendable, Hashable {
        /// The first eight bytes.
        public let high: UInt64
        /// The last eight bytes.
        public let low: UInt64

        /// Takes the two halves; nil when both are zero, which the standard forbids.
        public init?(high: UInt64, low: UInt64) {
            guard high | low != 0 else { return nil }
            self.high = high
            self.low = low
        }
    }

    /// Takes the parts; nil when the span is zero, which the standard forbids.
    public init?(traceID: TraceID, spanID: UInt64, isSampled: Bool) {
        guard spanID != 0 else { return nil }
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
    }

    /// Starts a new trace.
    public static func root(
        isSampled: Bool, using random: inout some RandomNumberGenerator
    ) -> Traceparent {
        while true {
            let traceID = TraceID(high: random.next(), low: random.next())
            if let traceID, let root = Traceparent(traceID: traceID, spanID: random.next(), isSampled: isSampled) {
                return root
            }
        }
    }

    /// The same trace with a new span, to hand on to a callee.
    public func child(using random: inout some RandomNumberGenerator) -> Traceparent {
        while true {
            if let child = child(spanID: random.next()) { return child }
        }
    }

    /// The same trace with the given span; nil when it is zero.
    public func child(spanID: UInt64) -> Traceparent? {
        Traceparent(traceID: traceID, spanID: spanID, isSampled: isSampled)
    }
}
