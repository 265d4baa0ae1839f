import Metrics
import Synchronization

/// How many slots of this process are taken by handlers that were given up on and have not returned. Each comes back
/// when its handler returns at last.
public final class QuarantineCount: Sendable {
    /// More than so many, and the process says that it is not well.
    public let limit: Int
    private let number = Atomic(0)
    private let gauge = Gauge(label: "millrace.handlers.quarantined")

    /// - Parameter limit: at least 0.
    public init(limit: Int) {
        self.limit = max(limit, 0)
        gauge.record(0)
    }

    /// The number at this moment.
    public var count: Int { number.load(ordering: .relaxed) }

    /// Whether there are more than the process puts up with.
    public var isOverLimit: Bool { count > limit }

    func change(by difference: Int) {
        gauge.record(number.add(difference, ordering: .relaxed).newValue)
    }
}
