import HTTPTypes

/// What the head of a request on a stream must be like, past what the protocol's own code sees to (RFC 9113 section
/// 8.3): its framing cannot be read in two ways, its target and its host can.
struct StreamRules: Sendable {
    let limits: ConnectionLimits

    /// The head as the framework is to see it.
    func admit(_ head: HTTPRequest) throws(RequestFault) -> HTTPRequest {
        try checkSize(head)
        guard let path = head.path, path.hasPrefix("/") || (head.method == .options && path == "*"),
            HeadRules.isTarget(path)
        else { throw .malformed("The request's target must be a path, in ASCII.") }
        try checkLength(head)
        guard head.headerFields[values: .expect].allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw RequestFault(
                problem: Problem(.expectationFailed, "Nothing but 100-continue may be expected here."))
        }
        return try withOneHost(head)
    }

    /// As HTTP/1 is held to it, each field with the four bytes that it has there besides.
    private func checkSize(_ head: HTTPRequest) throws(RequestFault) {
        let size = head.headerFields.reduce(0) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count + 4 }
        guard head.headerFields.count <= limits.maxHeaderFields, size <= limits.maxHeadBytes else {
            throw RequestFault(
                problem: Problem(.headersTooLarge, "The header fields are too long or too many."))
        }
    }

    private func checkLength(_ head: HTTPRequest) throws(RequestFault) {
        let lengths = head.headerFields[values: .contentLength]
        guard let text = lengths.first else { return }
        guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .malformed("The Content-Length must be one whole number.")
        }
        guard let length = Int(text), length <= limits.maxBodyBytes else {
            throw RequestFault(
                problem: Problem(.bodyTooLarge, "The body must have at most \(limits.maxBodyBytes) bytes."))
        }
    }

    /// Proxies may add a `Host` of HTTP/1 (section 8.3.1), which must say the same.
    private func withOneHost(_ head: HTTPRequest) throws(RequestFault) -> HTTPRequest {
        let hosts = head.headerFields[values: .host] + [head.authority].compactMap(\.self)
        guard let host = hosts.first, hosts.allSatisfy({ $0 == host }), HostField.isValid(host) else {
            throw .malformed("There must be exactly one host.")
        }
        var head = head
        head.headerFields[.host] = nil
        head.authority = host
        return head
    }
}
