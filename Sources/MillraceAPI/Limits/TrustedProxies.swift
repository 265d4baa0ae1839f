import HTTPTypes
import Hummingbird

/// Tells who a request comes from, where proxies in between say so.
struct TrustedProxies: Sendable {
    private let networks: [ClientNetwork]

    /// Takes the networks of the proxies that are believed, in CIDR notation.
    init(_ networks: [String]) {
        self.networks = networks.compactMap { ClientNetwork($0) }
    }

    /// The client of a request: its connection's other end, or, where that is a proxy that is believed, the last address
    /// of `X-Forwarded-For` that is none. Whatever a client writes there itself stands further left.
    ///
    /// - Returns: nil for a connection that has no address any more.
    func client(of request: Request, on connection: Connection) -> ClientAddress? {
        client(peer: connection.clientAddress, forwardedFor: request.headers[values: .xForwardedFor])
    }

    /// The same of the values themselves.
    func client(peer: String?, forwardedFor fields: @autoclosure () -> [String]) -> ClientAddress? {
        guard var client = peer.flatMap({ ClientAddress($0) }) else { return nil }
        guard !networks.isEmpty, isProxy(client) else { return client.client }
        let hops = fields().flatMap { $0.split(separator: ",") }
        for hop in hops.reversed() {
            guard let address = Self.address(hop) else { break }
            client = address
            guard isProxy(address) else { break }
        }
        return client.client
    }

    private func isProxy(_ address: ClientAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }

    /// Some proxies add the port.
    private static func address(_ hop: Substring) -> ClientAddress? {
        let text = HeaderElements.trim(hop)
        if let address = ClientAddress(text) { return address }
        if text.hasPrefix("[") { return ClientAddress(text.dropFirst().prefix { $0 != "]" }) }
        return ClientAddress(text.prefix { $0 != ":" })
    }
}
