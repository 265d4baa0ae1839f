public import Logging
public import MillraceDomain

/// Calls DynamoDB's JSON protocol (`DynamoDB_20120810`).
///
/// Throttling, answers of the 5xx class and network errors are tried again after a random, growing wait; the whole call
/// ends at ``DynamoDBSettings/callTimeout``. Every operation called through here must bear being repeated.
public struct DynamoDBClient: Sendable {
    private let settings: DynamoDBSettings
    private let credentials: any AWSCredentialsProvider
    private let transport: any DynamoDBTransport
    private let logger: Logger
    private let clock: any WallClock
    private let jitter: @Sendable () -> Double

    /// Opens nothing yet; connections come with the first call.
    public init(
        _ settings: DynamoDBSettings, credentials: any AWSCredentialsProvider, logger: Logger,
        clock: any WallClock = SystemClock()
    ) {
        self.init(settings, credentials: credentials, logger: logger, clock: clock, transport: HTTPTransport(settings))
    }

    init(
        _ settings: DynamoDBSettings, credentials: any AWSCredentialsProvider, logger: Logger, clock: any WallClock,
        transport: any DynamoDBTransport, jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.settings = settings
        self.credentials = credentials
        self.transport = transport
        self.logger = logger
        self.clock = clock
        self.jitter = jitter
    }

    /// How often a call, or the rest of a batch, is tried.
    var maxAttempts: Int { max(settings.maxAttempts, 1) }

    /// A random wait before the attempt after `attempt`.
    func backoff(after attempt: Int) -> Duration {
        settings.backoff(after: attempt, share: jitter())
    }

    /// Changes the pool's limits while it runs. Fewer connections are in use as calls end; callers that wait profit
    /// from more at once.
    public func resize(_ pool: DynamoDBPoolSettings) {
        transport.resize(pool)
    }

    /// The pool at this moment, for metrics.
    public func snapshot() -> DynamoDBPoolSnapshot {
        transport.snapshot()
    }

    /// Keeps the pool's least number of connections open until the task is cancelled; an endpoint that cannot be reached
    /// is asked again when they would have been used next.
    public func keepWarm() async {
        while !Task.isCancelled {
            let openFor = await transport.warm()
            // Ends early only by cancellation, which the loop sees.
            try? await ContinuousClock().sleep(for: max(openFor / 3, .seconds(1)))
        }
    }

    /// Refuses new calls, lets those in flight end and closes the connections; must be called once. The credentials
    /// are their maker's to close.
    public func shutdown() async throws {
        try await transport.shutdown()
    }

    /// Calls one operation.
    ///
    /// - Parameters:
    ///   - operation: The operation's name, such as `GetItem`.
    ///   - body: The request document.
    /// - Returns: The answer's document.
    public func call(_ operation: String, _ body: [UInt8]) async throws(DynamoDBError) -> JSONText {
        do {
            return try await withDeadline(settings.callTimeout) { try await attempt(operation, body) }
        } catch {
            throw translated(error, operation)
        }
    }

    /// What went wrong with `operation` as this module says it.
    func translated(_ error: any Error, _ operation: String) -> DynamoDBError {
        switch error {
        case let error as DynamoDBError: error
        case is DeadlineExceeded:
            DynamoDBError(.deadlineExceeded, "\(operation) took longer than \(settings.callTimeout)")
        default: DynamoDBError(.cancelled, "\(operation) was cancelled")
        }
    }

    /// How long a call may take.
    var callTimeout: Duration { settings.callTimeout }

    /// Calls until there is an answer that will not change or the attempts are used up; the time limit is the
    /// caller's business.
    func attempt(_ operation: String, _ body: [UInt8]) async throws -> JSONText {
        for attempt in 1..<maxAttempts {
            do {
                return try await once(operation, body)
            } catch {
                guard error.isWorthAnotherAttempt, !Task.isCancelled else { throw error }
                logger.debug(
                    "dynamodb call failed, trying again",
                    metadata: [
                        "dynamodb.operation": "\(operation)", "dynamodb.attempt": .stringConvertible(attempt),
                        "error.message": "\(error.message)",
                    ])
                try await Task.sleep(for: backoff(after: attempt))
            }
        }
        return try await once(operation, body)
    }

    /// Signs anew each time: a signature is good for a few minutes only, credentials may have been renewed.
    private func once(_ operation: String, _ body: [UInt8]) async throws(DynamoDBError) -> JSONText {
        let keys = try await credentials.credentials()
        do {
            return try await send(operation, body, signedWith: keys)
        } catch {
            guard error.refusesKeys else { throw error }
            await credentials.refused(keys)
            let fresh = try await credentials.credentials()
            guard fresh != keys else { throw error }
            return try await send(operation, body, signedWith: fresh)
        }
    }

    private func send(
        _ operation: String, _ body: [UInt8], signedWith keys: AWSCredentials
    ) async throws(DynamoDBError) -> JSONText {
        let response: DynamoDBResponse
        do {
            response = try await transport.post(headers: signedHeaders(operation, body, keys), body: body)
        } catch let error as DynamoDBError {
            throw error
        } catch {
            throw DynamoDBError(.unavailable, "no answer to \(operation): \(error)")
        }
        return try response.document()
    }

    private func signedHeaders(
        _ operation: String, _ body: [UInt8], _ keys: AWSCredentials
    ) -> [(name: String, value: String)] {
        let time = SigningTime(clock.now())
        var headers = [
            (name: "host", value: settings.endpoint.host),
            (name: "content-type", value: "application/x-amz-json-1.0"),
            (name: "x-amz-date", value: time.text),
            (name: "x-amz-target", value: "DynamoDB_20120810.\(operation)"),
        ]
        if let token = keys.sessionToken { headers.append((name: "x-amz-security-token", value: token)) }
        let signature = SigV4Signer(region: settings.region, service: "dynamodb").authorization(
            for: SigV4Request(headers: headers, body: body), with: keys, at: time)
        return headers + [(name: "authorization", value: signature)]
    }
}
