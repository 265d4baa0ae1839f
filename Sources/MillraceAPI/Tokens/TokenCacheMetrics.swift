import Metrics
import MillraceDomain

/// Counts what becomes of the questions for tokens.
struct TokenCacheMetrics: Sendable {
    private let counters: [TokenCache.Event: Counter]

    /// Makes the counters in `factory`.
    init(factory: any MetricsFactory) {
        counters = Dictionary(
            uniqueKeysWithValues: TokenCache.Event.allCases.map { event in
                switch event {
                case .hit: (event, Self.lookup("hit", factory))
                case .miss: (event, Self.lookup("miss", factory))
                case .bypass: (event, Self.lookup("bypass", factory))
                case .invalidation: (event, Counter(label: "tokens.invalidations", factory: factory))
                }
            })
    }

    /// Counts one.
    func record(_ event: TokenCache.Event) {
        counters[event]?.increment()
    }

    private static func lookup(_ result: String, _ factory: any MetricsFactory) -> Counter {
        Counter(label: "tokens.lookups", dimensions: [("result", result)], factory: factory)
    }
}
