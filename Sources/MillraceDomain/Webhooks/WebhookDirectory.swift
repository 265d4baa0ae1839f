/// Where endpoints are, seen by those who call them.
///
/// "Now" is the store's clock. Every method may throw `DomainError.unavailable`, `.ambiguous` (writes) or `.failure`.
public protocol WebhookDirectory: Sendable {
    /// How those of these endpoints that exist are called at this moment.
    func routes(
        to endpoints: Set<WebhookEndpointReference>
    ) async throws(DomainError) -> [WebhookEndpointReference: WebhookRoute]

    /// Lets nobody call the endpoint for so long; a longer closure that holds already stays.
    func close(_ id: WebhookEndpointID, for duration: Duration) async throws(DomainError)

    /// Disables the endpoint and writes it into the audit, unless it has another URL by now or is disabled already.
    ///
    /// - Parameter reason: a machine word.
    /// - Returns: whether it was disabled now.
    func disable(
        _ id: WebhookEndpointID, calledAt url: String, reason: String
    ) async throws(DomainError) -> Bool
}

/// How a kind names an endpoint.
public enum WebhookEndpointReference: Hashable, Sendable {
    /// That very endpoint.
    case id(WebhookEndpointID)
    /// The one that this user calls so.
    case named(WebhookEndpointName, owner: UserID)
}

/// How an endpoint is called.
public struct WebhookRoute: Hashable, Sendable {
    /// The endpoint.
    public let id: WebhookEndpointID
    /// Where it is, and the keys that sign at this moment, the newest first.
    public let target: WebhookTarget
    /// What goes with every call.
    public let headers: WebhookHeaders
    /// How many calls may be under way at once.
    public let concurrency: Int
    /// How many may begin in a second; nil for any number.
    public let rate: Int?
    /// Whether it is called at all.
    public let isEnabled: Bool
    /// For how long nothing may be sent; zero when it is open.
    public let closedFor: Duration

    /// Makes a route.
    public init(
        id: WebhookEndpointID, target: WebhookTarget, headers: WebhookHeaders = .none, concurrency: Int = 64,
        rate: Int? = nil, isEnabled: Bool = true, closedFor: Duration = .zero
    ) {
        self.id = id
        self.target = target
        self.headers = headers
        self.concurrency = concurrency
        self.rate = rate
        self.isEnabled = isEnabled
        self.closedFor = closedFor
    }
}
