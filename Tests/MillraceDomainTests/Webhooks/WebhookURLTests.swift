import MillraceDomain
import Testing

@Suite struct `URLs of webhook endpoints` {
    @Test(arguments: [
        "https://example.org", "https://example.org/", "HTTPS://Example.ORG/a/b?c=d&e=%2F", "https://example.org?x",
        "https://a-b.example.org:8443/in", "https://xn--bcher-kva.example/", "https://localhost/",
        "https://93.184.216.34/",
        "https://0.0.0.0/", "https://[2606:4700::1111]/", "https://[::ffff:1.2.3.4]:1/", "https://example.org:65535/",
        "https://1.example/", "https://example.0xyz.org/",
    ])
    func `those are taken`(_ text: String) throws {
        #expect(try WebhookURL(text, allowingPlain: false).text == text)
    }

    @Test(arguments: [
        // No URL of ours.
        "", "https", "https:", "https:/example.org", "https:///x", "https://", "//example.org", "/in",
        "ftp://example.org",
        "file:///etc/passwd", "unix:///tmp/s", "http+unix://%2Ftmp%2Fs/", "javascript://example.org/", " https://a.org",
        "https://a.org/ x", "https://a.org/\t", "https://a.org/\r\nhost: b", "https://a.org/\0",
        // Where readers of URLs disagree about the host.
        "https://user@example.org/", "https://user:pass@example.org/", "https://example.org@127.0.0.1/",
        "https://a.org\\@127.0.0.1/", "https:\\\\a.org", "https://a.org#@127.0.0.1/", "https://a.org/#x",
        "https://@a.org/",
        "https://a.org:80@b.org/", "https://a%2eorg/", "https://127%2e0.0.1/", "https://a_b.org/", "https://a..org/",
        "https://.a.org/", "https://a.org./", "https://127.0.0.1./", "https://-a.org/", "https://a-.org/",
        // Addresses in disguise.
        "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/",
        "https://127.0.1/", "https://127.0.0.01/", "https://1.2.3.256/", "https://1.2.3.4.5/", "https://a.0x1/",
        "https://0/", "https://①②⑦.⓪.⓪.①/", "https://１２７.０.０.１/", "https://127。0。0。1/", "https://bücher.example/",
        "https://[::1%25lo]/", "https://[fe80::1%eth0]/", "https://[v1.x]/", "https://[]/", "https://[1]/",
        "https://::1/", "https://[::1/", "https://[::1]x/",
        // Ports, escapes.
        "https://a.org:/", "https://a.org:0/", "https://a.org:65536/", "https://a.org:+80/", "https://a.org:80:80/",
        "https://a.org:http/", "https://a.org/%", "https://a.org/%2", "https://a.org/%zz", "https://a.org/?a=%g0",
    ])
    func `those are refused`(_ text: String) {
        #expect(throws: FieldError.self) { try WebhookURL(text, allowingPlain: true) }
    }

    @Test func `http is for those who may call private networks`() throws {
        #expect(throws: FieldError.self) { try WebhookURL("http://a.org/", allowingPlain: false) }
        #expect(try WebhookURL("http://a.org/", allowingPlain: true).text == "http://a.org/")
    }

    @Test func `a URL has an end`() throws {
        let longest = "https://a.org/" + String(repeating: "x", count: 2048 - 14)
        #expect(try WebhookURL(longest, allowingPlain: false).text == longest)
        let error = #expect(throws: FieldError.self) { try WebhookURL(longest + "x", allowingPlain: false) }
        #expect(error?.code == .tooLong)
    }
}

@Suite struct `Headers of webhook endpoints` {
    @Test func `names come out in lower case, and no text shows a value`() throws {
        let headers = try WebhookHeaders(["X-Api-Key": "s3cret value", "authorization": "Bearer t0ken"])
        #expect(headers.values == ["x-api-key": "s3cret value", "authorization": "Bearer t0ken"])
        #expect("\(headers)" == #"["authorization", "x-api-key"]"#)
        #expect(!String(reflecting: headers).contains("s3cret"))
    }

    @Test(arguments: [
        "Host", "content-length", "Transfer-Encoding", "connection", "upgrade", "TE", "trailer", "expect", "keep-alive",
        "content-type", "content-encoding", "accept-encoding", "proxy-authorization", "webhook-id", "Webhook-Signature",
        "millrace-attempt", "traceparent", "user-agent", "x-forwarded-for", "", "a b", "a:", "é", "a\r\nb",
    ])
    func `what frames a message or is ours to set is refused`(_ name: String) {
        #expect(throws: FieldError.self) { try WebhookHeaders([name: "x"]) }
    }

    @Test(arguments: [
        "", " x", "x ", "a\r\nhost: b", "a\nb", "\u{7F}", "é", "a\tb", String(repeating: "x", count: 2049),
    ])
    func `a value that is no plain text is refused`(_ value: String) {
        #expect(throws: FieldError.self) { try WebhookHeaders(["x-a": value]) }
    }

    @Test func `there is a number and a size of them, and none is given twice`() throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<21).map { ("x-\($0)", "v") })
        #expect(throws: FieldError.self) { try WebhookHeaders(many) }
        let large = Dictionary(uniqueKeysWithValues: (0..<5).map { ("x-\($0)", String(repeating: "v", count: 2000)) })
        #expect(throws: FieldError.self) { try WebhookHeaders(large) }
        #expect(throws: FieldError.self) { try WebhookHeaders(["x-a": "1", "X-A": "2"]) }
    }

    @Test(arguments: [
        "", "A", "1a", "a_b", "a.b", "a b", "a19aa5c1-7d3e-7cc0-8a1f-3f6c2f1b9a10", String(repeating: "a", count: 64),
    ])
    func `a name that could be taken for something else is refused`(_ name: String) {
        #expect(throws: FieldError.self) { try WebhookEndpointName(name) }
    }

    @Test func `no text shows a key`() {
        let key = WebhookKey.random()
        #expect(key.bytes.count == 32 && key != .random())
        #expect("\(key)" == "(secret)" && String(reflecting: key) == "(secret)")
    }
}
