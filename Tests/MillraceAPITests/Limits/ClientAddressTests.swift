import Testing

@testable import MillraceAPI

struct ClientAddressTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ("10.1.2.3/32", "10.1.2.3", true), ("10.1.2.3/32", "10.1.2.2", false), ("10.1.2.3/8", "10.9.9.9", true),
        ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true),
        ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe80::1", false), ("2001:db8::/64", "2001:db8::ffff:1", true),
        ("2001:db8::/64", "2001:db8:0:1::1", false), ("2001:db8::1/128", "2001:db8::1", true),
        ("2001:db8::8000/113", "2001:db8::ffff", true), ("2001:db8::8000/113", "2001:db8::7fff", false),
    ])
    func `a network holds the addresses with its first bits`(network: String, address: String, isIn: Bool) throws {
        let network = try #require(ClientNetwork(network))
        #expect(network.contains(try #require(ClientAddress(address))) == isIn)
    }

    @Test(arguments: ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129", "::/-1", "x/8", "10.0.0.0/8/8", "10.0.0.0/"])
    func `what is no network is none`(text: String) {
        #expect(ClientNetwork(text) == nil)
    }

    @Test func `an IPv4 client is an address, an IPv6 client a network of 64 bits`() {
        func client(_ text: String) -> ClientAddress? { ClientAddress(text)?.client }
        #expect(client("192.0.2.1") != client("192.0.2.2"))
        #expect(client("192.0.2.1") == client("::ffff:192.0.2.1"))
        #expect(client("2001:db8::1") == client("2001:db8::ffff:ffff:ffff:ffff"))
        #expect(client("2001:db8::1") != client("2001:db8:0:1::1"))
    }

    /// What the connection's other end is, what the header says, who that is.
    @Test(arguments: [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.7, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.7", "198.51.100.1,10.0.0.2 "], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8:1::1]:4711"], "2001:db8:1::"),
        ("10.0.0.1", ["unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["198.51.100.1, rubbish"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [",", ""], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
    ])
    func `proxies are believed, clients are not`(peer: String, fields: [String], client: String) {
        let proxies = TrustedProxies(["10.0.0.0/8", "fd00::/8"])
        #expect(proxies.client(peer: peer, forwardedFor: fields) == ClientAddress(client))
    }

    @Test func `without proxies the header is nothing`() {
        let proxies = TrustedProxies([])
        #expect(proxies.client(peer: "10.0.0.1", forwardedFor: ["198.51.100.1"]) == ClientAddress("10.0.0.1"))
        #expect(proxies.client(peer: nil, forwardedFor: ["198.51.100.1"]) == nil)
    }
}
