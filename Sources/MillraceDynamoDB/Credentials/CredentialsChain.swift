import Logging
import MillraceDomain

/// Credentials of the first source that is set up, kept until shortly before they expire.
///
/// One fetch is under way at a time, whoever waits for it. While the keys at hand work, a fetch goes on behind the
/// caller's back, and when it fails they serve until they really expire. The source that had keys first stays the
/// source: a file that is being rewritten must not turn a process into another identity.
public actor CredentialsChain: AWSCredentialsProvider {
    private typealias Outcome = Result<AWSCredentials, DynamoDBError>

    private let sources: [any CredentialsSource]
    private let logger: Logger
    private let clock: any WallClock
    /// A fetch may take this long, all its requests together.
    private let fetchTimeout: Duration

    private var chosen: (any CredentialsSource)?
    private var held: HeldCredentials?
    private var failure: DynamoDBError?
    private var lastFetchAt: Timestamp?
    private var fetch: Task<Void, Never>?
    private var waiters: [AsyncStream<Outcome>.Continuation] = []
    private var isClosed = false

    init(
        _ sources: [any CredentialsSource], logger: Logger, clock: any WallClock = SystemClock(),
        fetchTimeout: Duration = .seconds(10)
    ) {
        self.sources = sources
        self.logger = logger
        self.clock = clock
        self.fetchTimeout = fetchTimeout
    }

    /// The keys to sign with now; waits only when there are none that work.
    public func credentials() async throws(DynamoDBError) -> AWSCredentials {
        guard !isClosed else { throw DynamoDBError(.credentials, "the credentials have been closed") }
        let now = clock.now()
        if let held, !held.isExpired(at: now) {
            if held.isDue(at: now), hasPaused(.seconds(5), at: now) { startFetch() }
            return held.credentials
        }
        if let failure, fetch == nil, !hasPaused(.seconds(1), at: now) { throw failure }
        return try await fetched()
    }

    /// Has the keys fetched anew with the next use, but at most once a second.
    public func refused(_ credentials: AWSCredentials) async {
        guard held?.credentials == credentials, fetch == nil, hasPaused(.seconds(1), at: clock.now()) else { return }
        held = nil
        failure = nil
    }

    /// Ends a fetch that is under way; whoever waits for it is told.
    public func close() async {
        isClosed = true
        fetch?.cancel()
        await fetch?.value
    }

    /// Whether a fetch is under way.
    var isFetching: Bool { fetch != nil }

    private func hasPaused(_ pause: Duration, at now: Timestamp) -> Bool {
        lastFetchAt.map { now - $0 >= pause } ?? true
    }

    /// Waits for the fetch that is under way, or a new one.
    private func fetched() async throws(DynamoDBError) -> AWSCredentials {
        // A stream rather than the task's value: waiting for it ends when the caller is cancelled.
        let (outcomes, sink) = AsyncStream.makeStream(of: Outcome.self, bufferingPolicy: .bufferingNewest(1))
        waiters.append(sink)
        startFetch()
        for await outcome in outcomes { return try outcome.get() }
        throw DynamoDBError(.cancelled, "cancelled while waiting for credentials")
    }

    private func startFetch() {
        guard fetch == nil else { return }
        let candidates = chosen.map { [$0] } ?? sources
        fetch = Task { [fetchTimeout] in
            end(with: await Self.first(of: candidates, within: fetchTimeout))
        }
    }

    private func end(with found: Result<(any CredentialsSource, FetchedCredentials), DynamoDBError>) {
        fetch = nil
        let now = clock.now()
        lastFetchAt = now
        let outcome: Outcome
        switch found.flatMap({ Self.unexpired($0, at: now) }) {
        case .success((let source, let fetched)):
            chosen = source
            held = HeldCredentials(fetched, at: now)
            failure = nil
            outcome = .success(fetched.credentials)
        case .failure(let error):
            failure = error
            outcome = .failure(error)
            if !isClosed {
                logger.warning("aws credentials could not be fetched", metadata: ["error.message": "\(error.message)"])
            }
        }
        for waiter in waiters {
            waiter.yield(outcome)
            waiter.finish()
        }
        waiters = []
    }

    private static func unexpired(
        _ found: (any CredentialsSource, FetchedCredentials), at now: Timestamp
    ) -> Result<(any CredentialsSource, FetchedCredentials), DynamoDBError> {
        guard let expiresAt = found.1.expiresAt, expiresAt <= now else { return .success(found) }
        return .failure(DynamoDBError(.unavailable, "\(found.0.name) gives credentials that have expired"))
    }

    @concurrent private static func first(
        of sources: [any CredentialsSource], within limit: Duration
    ) async -> Result<(any CredentialsSource, FetchedCredentials), DynamoDBError> {
        do {
            return try await withDeadline(limit) {
                for source in sources {
                    if let found = try await source.fetch() { return .success((source, found)) }
                }
                let names = sources.map(\.name).joined(separator: ", ")
                return .failure(DynamoDBError(.credentials, "no AWS credentials; looked for them in: \(names)"))
            }
        } catch let error as DynamoDBError {
            return .failure(error)
        } catch is DeadlineExceeded {
            return .failure(DynamoDBError(.unavailable, "fetching credentials took longer than \(limit)"))
        } catch {
            return .failure(DynamoDBError(.cancelled, "fetching credentials was cancelled"))
        }
    }
}

/// Keys and how long they are good for.
private struct HeldCredentials {
    /// EC2 has the next keys ready five minutes before the old ones expire.
    private static let lead = Duration.seconds(300)

    let credentials: AWSCredentials
    private let expiresAt: Timestamp?
    private let dueAt: Timestamp?

    init(_ fetched: FetchedCredentials, at now: Timestamp) {
        credentials = fetched.credentials
        expiresAt = fetched.expiresAt
        // Keys that live for minutes only are not due at once.
        dueAt = fetched.expiresAt.map { $0 - min(Self.lead, ($0 - now) / 2) } ?? fetched.recheck.map { now + $0 }
    }

    func isExpired(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }
    func isDue(at now: Timestamp) -> Bool { dueAt.map { $0 <= now } ?? false }
}
