/// Which kinds of job there are, and how each is run.
public struct HandlerCatalogue: Hashable, Sendable {
    private let byKind: [JobKind: KindDescription]

    /// Makes a catalogue; of two descriptions of one kind the later one holds.
    public init(_ kinds: [KindDescription]) {
        byKind = Dictionary(kinds.map { ($0.kind, $0) }, uniquingKeysWith: { _, later in later })
    }

    /// The description of a kind; nil when nothing runs it.
    public subscript(kind: JobKind) -> KindDescription? { byKind[kind] }

    /// All kinds, in order of name.
    public var kinds: [KindDescription] { byKind.values.sorted { $0.kind.text < $1.kind.text } }

    /// The kinds that are compiled into every consumer.
    public static let builtIn: [KindDescription] = [
        KindDescription(kind: JobKind(stored: "noop"), driver: .swift),
        KindDescription(kind: JobKind(stored: "sleep"), driver: .swift),
        // It makes and renames users, which nobody but an admin may do by other ways.
        KindDescription(kind: JobKind(stored: "users.import"), driver: .swift, requiredScope: .admin),
    ]
}

/// One kind of job.
public struct KindDescription: Hashable, Sendable {
    /// The kind.
    public let kind: JobKind
    /// What runs it.
    public let driver: HandlerDriver
    /// How it is run.
    public let policy: HandlerPolicy
    /// What a caller of the API needs besides `jobs:write` to submit it; nil for nothing. A record on a topic needs
    /// no scope: who may write to the topics is the deployment's decision.
    public let requiredScope: Scope?

    /// Makes a description.
    public init(
        kind: JobKind, driver: HandlerDriver, policy: HandlerPolicy = HandlerPolicy(), requiredScope: Scope? = nil
    ) {
        self.kind = kind
        self.driver = driver
        self.policy = policy
        self.requiredScope = requiredScope
    }
}

/// What runs a kind.
public enum HandlerDriver: Hashable, Sendable {
    /// Code compiled into the consumer.
    case swift
    /// A signed request to a receiver.
    case http(WebhookTarget)
    /// A signed request to a receiver that a user has registered.
    case endpoint(WebhookEndpointChoice)
    /// A program on the consumer's machine.
    case command(CommandTarget)

    /// The driver's name, as it is configured and shown.
    public var name: String {
        switch self {
        case .swift: "swift"
        case .http, .endpoint: "http"
        case .command: "command"
        }
    }
}

/// Which registered endpoint a kind calls.
public enum WebhookEndpointChoice: Hashable, Sendable {
    /// That very one, whoever owns the job.
    case id(WebhookEndpointID)
    /// The one that the job's owner calls so.
    case named(WebhookEndpointName)
}

/// Where and how a webhook is delivered.
public struct WebhookTarget: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// An absolute `http` or `https` URL.
    public let url: String
    /// The keys that sign, the newest first; several while they are being changed. Never shown.
    public let secrets: [[UInt8]]

    /// Makes a target.
    public init(url: String, secrets: [[UInt8]]) {
        self.url = url
        self.secrets = secrets
    }

    /// The URL; the secrets stay out of every text.
    public var description: String { url }
    /// The URL; the secrets stay out of every text.
    public var debugDescription: String { url }
}

/// How a kind is run unless a job says otherwise.
public struct HandlerPolicy: Hashable, Sendable {
    /// One attempt's time limit, 1 ms – 24 h.
    public let timeout: Duration
    /// The attempts of a job, 1–100.
    public let maxAttempts: Int
    /// When it is tried again.
    public let retry: RetryPolicy
    /// What a death means for the jobs of the same ordering key behind it.
    public let onDead: DeathPolicy

    /// Makes a policy.
    public init(
        timeout: Duration = .seconds(300), maxAttempts: Int = 25, retry: RetryPolicy = RetryPolicy(),
        onDead: DeathPolicy = .proceed
    ) {
        self.timeout = min(max(timeout, .milliseconds(1)), .seconds(86_400))
        self.maxAttempts = min(max(maxAttempts, 1), 100)
        self.retry = retry
        self.onDead = onDead
    }
}
