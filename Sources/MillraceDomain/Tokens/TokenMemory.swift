/// What a ``TokenCache`` remembers, and whether it may say so.
struct TokenMemory {
    typealias Load = Task<Result<TokenBearer?, DomainError>, Never>

    /// How a question is answered.
    enum Plan {
        case remembered(TokenBearer?)
        /// By the answer to somebody else's question, which is on its way.
        case joined(Load)
        /// By the store, for everybody who asks meanwhile.
        case loading(Load)
        /// By the store, for this one alone.
        case bypassed
    }

    private struct Valid {
        let caller: Caller
        /// When the token ends, if it does, by our clock and no later than by the store's.
        let endsAt: ContinuousClock.Instant?
        /// When it is looked up again.
        let staleAt: ContinuousClock.Instant
    }

    private struct Loading {
        let number: Int
        let asked: ContinuousClock.Instant
        let load: Load
    }

    private let limits: TokenCacheLimits
    private var valid: RecentEntries<TokenDigest, Valid>
    /// Digests that are nobody's token, and when each is looked up again.
    private var unknown: RecentEntries<TokenDigest, ContinuousClock.Instant>
    /// The look-ups under way that began after the last thing that was heard: their answers may be remembered.
    private var loads: [TokenDigest: Loading] = [:]
    private var lastNumber = 0
    private var trustedUntil: ContinuousClock.Instant?
    /// Whether anybody has asked.
    var wasAsked = false

    init(_ limits: TokenCacheLimits) {
        self.limits = limits
        valid = RecentEntries(capacity: limits.entries)
        unknown = RecentEntries(capacity: limits.unknownEntries)
    }

    /// How to answer a question that was asked at `now`; `start` begins the look-up with the given number.
    mutating func plan(
        _ digest: TokenDigest, _ now: ContinuousClock.Instant, start: (Int) -> Load
    ) -> Plan {
        wasAsked = true
        guard let trustedUntil, now < trustedUntil else { return .bypassed }
        if let found = valid.find(digest), now < found.staleAt {
            let left = found.endsAt.map { $0 - now }
            return .remembered(TokenBearer(caller: found.caller, validFor: left))
        }
        if let staleAt = unknown.find(digest), now < staleAt { return .remembered(nil) }
        // An older one may have read what has been taken back since, and been told too late.
        if let loading = loads[digest], now - loading.asked < limits.patience { return .joined(loading.load) }
        lastNumber += 1
        let load = start(lastNumber)
        loads[digest] = Loading(number: lastNumber, asked: now, load: load)
        return .loading(load)
    }

    /// Remembers the answer to a look-up, unless something was heard since it began: it may be older than that.
    mutating func finish(
        _ number: Int, _ digest: TokenDigest, _ asked: ContinuousClock.Instant,
        _ answer: Result<TokenBearer?, DomainError>
    ) {
        guard loads[digest]?.number == number else { return }
        loads[digest] = nil
        guard case .success(let bearer) = answer else { return }
        guard let bearer else {
            valid.remove(digest)
            return unknown.set(asked + limits.unknownMaxAge, for: digest)
        }
        // The store looked after we asked: counted from then, the token ends no later than it does there.
        let endsAt = bearer.validFor.map { asked + $0 }
        let staleAt = min(asked + limits.maxAge, endsAt ?? asked + limits.maxAge)
        valid.set(Valid(caller: bearer.caller, endsAt: endsAt, staleAt: staleAt), for: digest)
    }

    mutating func hear(_ news: TokenNews) {
        switch news {
        case .complete(let moment):
            let end = moment + limits.patience
            trustedUntil = trustedUntil.map { max($0, end) } ?? end
        case .changed(let userID):
            loads = [:]
            unknown.removeAll()
            guard let userID else { return valid.removeAll() }
            valid.removeAll { $0.caller.userID == userID }
        case .interrupted:
            loads = [:]
            unknown.removeAll()
            valid.removeAll()
            trustedUntil = nil
        }
    }
}
