/// A receiver of webhooks that a user has registered. Kinds of the catalogue name it instead of a URL.
public struct WebhookEndpoint: Hashable, Sendable {
    /// The identity.
    public let id: WebhookEndpointID
    /// To whom it belongs.
    public let ownerID: UserID
    /// What its owner says of it.
    public let profile: WebhookEndpointProfile
    /// Why it was disabled, where nobody but we ourselves did it: `gone` after an answer 410.
    public let disabledReason: String?
    /// Until when nothing is sent, by the store's clock; may be past.
    public let closedUntil: Timestamp?
    /// When it was registered, by the store's clock.
    public let createdAt: Timestamp
    /// When anything of it last changed, by the store's clock; the version that a conditional change names.
    public let updatedAt: Timestamp

    /// Makes an endpoint of stored values.
    public init(
        id: WebhookEndpointID, ownerID: UserID, profile: WebhookEndpointProfile, disabledReason: String? = nil,
        closedUntil: Timestamp? = nil, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.ownerID = ownerID
        self.profile = profile
        self.disabledReason = disabledReason
        self.closedUntil = closedUntil
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// How many one user may have.
    public static let limit = 100
}

/// The identity of an endpoint.
public typealias WebhookEndpointID = Identifier<WebhookEndpoint>

/// What an endpoint's owner says of it.
public struct WebhookEndpointProfile: Hashable, Sendable {
    /// How many calls may be under way at once, from one consumer.
    public static let concurrencies: ClosedRange<Int64> = 1...1000
    /// How many calls may begin in a second, from one consumer.
    public static let rates: ClosedRange<Int64> = 1...10_000

    /// What kinds call it; unique among those of its owner.
    public var name: WebhookEndpointName
    /// Where it is.
    public var url: WebhookURL
    /// What is sent with every call.
    public var headers: WebhookHeaders
    /// How many calls may be under way at once, from one consumer.
    public var concurrency: Int
    /// How many calls may begin in a second, from one consumer; nil for any number.
    public var rate: Int?
    /// Whether it is called at all.
    public var isEnabled: Bool

    /// Makes a profile.
    public init(
        name: WebhookEndpointName, url: WebhookURL, headers: WebhookHeaders = .none, concurrency: Int = 64,
        rate: Int? = nil, isEnabled: Bool = true
    ) {
        self.name = name
        self.url = url
        self.headers = headers
        self.concurrency = concurrency
        self.rate = rate
        self.isEnabled = isEnabled
    }
}

/// What an endpoint is called: `^[a-z][a-z0-9-]{0,62}$`, and no UUID, so that neither is taken for the other.
public struct WebhookEndpointName: Hashable, Sendable {
    /// The name as text.
    public let text: String

    /// Checks a name.
    ///
    /// - Throws: `FieldError` `invalid_format`.
    public init(_ text: String) throws(FieldError) {
        guard text.isWord(maxLength: 63, alsoAllowing: "-"), UniqueID(text) == nil else {
            throw FieldError("", .invalidFormat, "must match ^[a-z][a-z0-9-]{0,62}$ and be no UUID")
        }
        self.text = text
    }

    /// Takes a name that was checked before it was stored.
    public init(stored text: String) {
        self.text = text
    }
}
