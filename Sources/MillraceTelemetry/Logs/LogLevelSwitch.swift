public import Logging
import Synchronization

/// The level below which a process logs nothing, changeable while it runs.
///
/// Every handler of the process reads the same switch at every call, so a reload takes effect at once.
public final class LogLevelSwitch: Sendable {
    private let ordinal: Atomic<Int>

    /// Makes a switch that stands at `level`.
    public init(_ level: Logger.Level) {
        ordinal = Atomic(Self.ordinal(of: level))
    }

    /// The level now in force.
    public var level: Logger.Level {
        get { Logger.Level.allCases[ordinal.load(ordering: .relaxed)] }
        set { ordinal.store(Self.ordinal(of: newValue), ordering: .relaxed) }
    }

    private static func ordinal(of level: Logger.Level) -> Int {
        switch level {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}
