/// How the client reaches DynamoDB and what bounds it.
public struct DynamoDBSettings: Sendable {
    /// Part of every signature.
    public var region: String
    /// Where to connect; the region's public endpoint unless given (`AWS_ENDPOINT_URL_DYNAMODB`).
    public var endpoint: DynamoDBEndpoint
    /// How many connections are kept, and for how long.
    public var pool: DynamoDBPoolSettings
    /// How long a connection may take to open.
    public var connectTimeout: Duration
    /// How long the service may be silent within one request.
    public var readTimeout: Duration
    /// How long a call may take, all its attempts and waits included.
    public var callTimeout: Duration
    /// How often a call is tried at most.
    public var maxAttempts: Int
    /// The longest wait before the second attempt; it doubles for each one after.
    public var backoffBase: Duration
    /// The longest wait between two attempts.
    public var backoffCap: Duration

    /// Takes the settings.
    public init(
        region: String,
        endpoint: DynamoDBEndpoint? = nil,
        pool: DynamoDBPoolSettings = DynamoDBPoolSettings(),
        connectTimeout: Duration = .seconds(3),
        readTimeout: Duration = .seconds(5),
        callTimeout: Duration = .seconds(10),
        maxAttempts: Int = 6,
        backoffBase: Duration = .milliseconds(50),
        backoffCap: Duration = .seconds(2)
    ) {
        self.region = region
        self.endpoint = endpoint ?? DynamoDBEndpoint(region: region)
        self.pool = pool
        self.connectTimeout = connectTimeout
        self.readTimeout = readTimeout
        self.callTimeout = callTimeout
        self.maxAttempts = maxAttempts
        self.backoffBase = backoffBase
        self.backoffCap = backoffCap
    }

    /// The wait before the attempt after `attempt` (from 1): anything up to the doubled base, by `share` (0…1).
    ///
    /// Full jitter, as "Exponential Backoff And Jitter" (AWS architecture blog, 2015) measured best.
    func backoff(after attempt: Int, share: Double) -> Duration {
        min(backoffCap, backoffBase * (1 << min(attempt - 1, 20))) * share
    }
}
