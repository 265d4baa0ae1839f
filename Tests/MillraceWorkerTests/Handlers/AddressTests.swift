import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite struct `Addresses that webhooks may call` {
    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.7", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1", "fd00:ec2::254",
        "fe80::1", "fec0::1", "ff02::1",
    ])
    func `private and special addresses are refused`(_ text: String) throws {
        #expect(!WebhookSettings().allows(try #require(NetworkAddress(text))))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
        "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
        "198.20.0.0", "223.255.255.255", "168.63.129.15", "2606:4700::1111", "2a00::1", "64:ff9b::101:101",
        "::ffff:1.1.1.1",
    ])
    func `others are allowed`(_ text: String) throws {
        #expect(WebhookSettings().allows(try #require(NetworkAddress(text))))
    }

    @Test func `a configured range is allowed, and only that`() throws {
        let ranges = try ["10.1.0.0/16", "fd12:3456::/32", "192.168.7.7"].map { try #require(NetworkRange($0)) }
        let settings = WebhookSettings(allowPrivateNetworks: ranges)
        for text in ["10.1.2.3", "::ffff:10.1.2.3", "fd12:3456:1::1", "192.168.7.7"] {
            #expect(settings.allows(try #require(NetworkAddress(text))))
        }
        for text in ["10.2.0.0", "fd12:3457::1", "192.168.7.8", "127.0.0.1"] {
            #expect(!settings.allows(try #require(NetworkAddress(text))))
        }
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/-1", "10.0.0.0/8/8", "host", "1.2.3.4/x"])
    func `what is not a range is refused`(_ text: String) {
        #expect(NetworkRange(text) == nil)
    }

    @Test func `every special range is well spelt`() {
        #expect(NetworkRange.special.count == 32)
    }
}

@Suite struct `Reading Retry-After` {
    private let now = ManualClock.start

    @Test(arguments: [
        ("0", 0), ("7", 7), (" 120 ", 120), ("86400", 86_400), ("99999999999999999999999", 86_400), ("86401", 86_400),
    ])
    func `seconds count, up to a day`(_ text: String, _ seconds: Int) {
        #expect(RetryAfter.delay(text, at: now) == .seconds(seconds))
    }

    @Test func `a date counts from now`() {
        #expect(RetryAfter.delay("Sat, 21 Nov 2026 09:31:00 GMT", at: now) == .milliseconds(59_877))
        #expect(RetryAfter.delay("Sun, 21 Nov 2027 09:31:00 GMT", at: now) == RetryAfter.longest)
    }

    @Test(arguments: [
        "", "-1", "1.5", "soon", "Sat, 21 Nov 2026 09:30:00 GMT", "Sat, 21 Nov 2026 09:31:00 CET",
        "Sat, 32 Nov 2026 09:31:00 GMT", "Sat 21 Nov 2026 09:31:00 GMT", "2026-11-21T09:31:00Z",
    ])
    func `the past and anything else count for nothing`(_ text: String) {
        #expect(RetryAfter.delay(text, at: now) == nil)
    }
}
