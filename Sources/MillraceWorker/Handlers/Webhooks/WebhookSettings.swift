/// What webhooks may do.
public struct WebhookSettings: Hashable, Sendable {
    /// Ranges that may be called although they are private or otherwise special (`webhooks.allowPrivateNetworks`).
    public var allowPrivateNetworks: [NetworkRange]
    /// How long opening a connection may take.
    public var connectTimeout: Duration
    /// How many connections to one receiver are kept; more are opened only when all are in use.
    public var connectionsPerReceiver: Int
    /// How many receivers' clients are kept at a time.
    public var maxReceivers: Int
    /// After this time a receiver's name is resolved and checked anew.
    public var pinFor: Duration

    /// Makes settings.
    public init(
        allowPrivateNetworks: [NetworkRange] = [], connectTimeout: Duration = .seconds(10),
        connectionsPerReceiver: Int = 64, maxReceivers: Int = 256, pinFor: Duration = .seconds(60)
    ) {
        self.allowPrivateNetworks = allowPrivateNetworks
        self.connectTimeout = connectTimeout
        self.connectionsPerReceiver = max(connectionsPerReceiver, 1)
        self.maxReceivers = max(maxReceivers, 1)
        self.pinFor = max(pinFor, .milliseconds(1))
    }

    /// Whether a webhook may be sent to this address.
    func allows(_ address: NetworkAddress) -> Bool {
        !NetworkRange.special.contains { $0.contains(address) }
            || allowPrivateNetworks.contains { $0.contains(address) }
    }
}
