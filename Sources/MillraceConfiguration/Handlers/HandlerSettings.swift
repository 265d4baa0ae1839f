/// One entry of the handler catalogue: what runs the jobs of a kind, and under which policy.
///
/// A nil policy member means the product's default.
public struct HandlerSettings: Sendable, Equatable {
    /// What runs the job.
    public enum Driver: Sendable, Equatable {
        /// A signed `POST` to a URL; the first secret is the newest. No secrets: `webhooks.secrets` sign.
        case http(url: String, secrets: [Secret])
        /// A local program: its absolute path, then its arguments.
        case command(argv: [String])
        /// Code registered under the same kind by the program that embeds the worker.
        case swift
    }

    /// When a failed attempt is tried again.
    public struct Retry: Sendable, Equatable {
        /// The delay before the second attempt (`retry.baseMs`).
        public var base: Duration?
        /// The longest delay (`retry.capMs`).
        public var cap: Duration?
        /// The age at which a job is given up (`retry.maxAgeMs`).
        public var maxAge: Duration?

        /// Members left out are the product's defaults.
        public init(base: Duration? = nil, cap: Duration? = nil, maxAge: Duration? = nil) {
            self.base = base
            self.cap = cap
            self.maxAge = maxAge
        }
    }

    /// The kind, as jobs name it.
    public var kind: String
    /// What runs the job (`driver`, `url`, `secret`/`secrets`/`secretEnv`, `argv`).
    public var driver: Driver
    /// How long one attempt may take (`timeoutMs`).
    public var timeout: Duration?
    /// How many attempts a job gets, 1–100 (`maxAttempts`).
    public var maxAttempts: Int?
    /// When it is tried again (`retry`).
    public var retry: Retry
    /// How many jobs of the kind one consumer runs at once (`concurrency`).
    public var concurrency: Int?

    /// Policy members left out are the product's defaults. Nothing is checked here: the decoder did.
    public init(
        kind: String, driver: Driver, timeout: Duration? = nil, maxAttempts: Int? = nil, retry: Retry = .init(),
        concurrency: Int? = nil
    ) {
        self.kind = kind
        self.driver = driver
        self.timeout = timeout
        self.maxAttempts = maxAttempts
        self.retry = retry
        self.concurrency = concurrency
    }
}
