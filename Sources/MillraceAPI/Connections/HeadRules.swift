import NIOHTTP1

/// What the head of a request must be like, past what the decoder sees to (RFC 9112).
struct HeadRules: Sendable {
    /// The longest body that may be declared.
    let maxBodyBytes: Int

    /// Passes a head that everybody reads the same way.
    func check(_ head: HTTPRequestHead) throws(RequestFault) {
        guard head.version == .http1_1 || head.version == .http1_0 else {
            throw .malformed("This is HTTP/1.1 and HTTP/1.0.")
        }
        try checkTarget(head)
        try checkHost(head)
        try checkFraming(head)
        try checkExpectation(head)
    }

    /// Whether a text is a target without a fragment.
    static func isTarget(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
    }

    /// Section 3.2: a path, or the whole URI as proxies send it.
    private func checkTarget(_ head: HTTPRequestHead) throws(RequestFault) {
        let target = head.uri
        let isWhole = ["http://", "https://"].contains { target.lowercased().hasPrefix($0) }
        guard head.method != .CONNECT, target.hasPrefix("/") || isWhole || (head.method == .OPTIONS && target == "*"),
            Self.isTarget(target)
        else { throw .malformed("The request's target must be a path, in ASCII.") }
    }

    /// Section 3.2.2: exactly one, which the first version of the protocol did not know yet.
    private func checkHost(_ head: HTTPRequestHead) throws(RequestFault) {
        let hosts = head.headers["host"]
        if hosts.isEmpty, head.version != .http1_1 { return }
        guard hosts.count == 1 else { throw .malformed("There must be exactly one Host field.") }
        guard HostField.isValid(String(HeaderElements.trim(hosts[0][...]))) else {
            throw .malformed("The Host field names no host.")
        }
    }

    /// Section 6: one way to tell where the body ends.
    private func checkFraming(_ head: HTTPRequestHead) throws(RequestFault) {
        // Blanks around a value are none of it (RFC 9110 section 5.5).
        let (lengths, codings) = (
            head.headers["content-length"].map { HeaderElements.trim($0[...]) },
            head.headers["transfer-encoding"].map { HeaderElements.trim($0[...]) }
        )
        if !codings.isEmpty {
            guard head.version == .http1_1, lengths.isEmpty, codings.count == 1, codings[0].lowercased() == "chunked"
            else { throw .malformed("A body comes with a Content-Length, or chunked and not coded otherwise.") }
        }
        guard let text = lengths.first else { return }
        guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .malformed("The Content-Length must be one whole number.")
        }
        guard let length = Int(text), length <= maxBodyBytes else {
            throw RequestFault(
                problem: Problem(.bodyTooLarge, "The body must have at most \(maxBodyBytes) bytes."))
        }
    }

    private func checkExpectation(_ head: HTTPRequestHead) throws(RequestFault) {
        let expectations = head.headers["expect"]
        guard head.version == .http1_1, !expectations.isEmpty else { return }
        guard expectations.count == 1, expectations[0].lowercased() == "100-continue" else {
            throw RequestFault(
                problem: Problem(.expectationFailed, "Nothing but 100-continue may be expected here."))
        }
    }
}
