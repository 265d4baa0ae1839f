import Logging
import Metrics
import MillraceConfiguration
import MillraceDomain
import MillracePostgres
import ServiceLifecycle

/// The tokens as the edge asks for them, and what has to run for that.
struct RememberedTokens: Sendable {
    /// Where to ask.
    let tokens: any TokenRepository
    /// What keeps it true; nil without a memory.
    let listener: (any Service)?

    /// Puts a memory before the store, unless the configuration wants none.
    ///
    /// - Throws: `PostgresError` when the process has no file descriptor left.
    init(
        _ store: any TokenRepository, _ settings: Settings, factory: any MetricsFactory, logger: Logger
    ) throws {
        guard settings.cache.maxTokens > 0 else {
            (tokens, listener) = (store, nil)
            return
        }
        let limits = TokenCacheLimits(entries: settings.cache.maxTokens, maxAge: settings.cache.maxTokenAge)
        let cache = TokenCache(
            tokens: store, limits: limits, note: TokenCacheMetrics(factory: factory).record)
        tokens = cache
        listener = try TokenListener(
            settings: settings.postgres.adapterSettings, logger: logger, isAwaited: { cache.takeInterest() },
            hear: { cache.hear($0) })
    }
}
