import HTTPTypes
import MillraceDomain

extension RateStanding {
    /// What a client is told of a limit, as structured fields (RFC 9651): draft-ietf-httpapi-ratelimit-headers-09,
    /// sections 3 and 4. `q` is what there is at once, `w` the seconds in which that grows back, `r` what is left of it
    /// and `t` the seconds until it is whole again.
    ///
    /// - Parameter name: the limit's.
    func fields(_ name: String) -> HTTPFields {
        let window = Duration.nanoseconds(rate.window).wholeSeconds
        return [
            .rateLimitPolicy: #""\#(name)";q=\#(rate.burst);w=\#(max(1, window))"#,
            .rateLimit: #""\#(name)";r=\#(remaining);t=\#(fullAfter.wholeSeconds)"#,
        ]
    }

    /// The refusal of what may not be done now.
    func problem(_ name: String, _ detail: String) -> Problem {
        var headers = fields(name)
        headers[.retryAfter] = "\(max(1, nextAfter.wholeSeconds))"
        return Problem(.rateLimited, detail, headers: headers)
    }
}

extension QuotaExcess {
    /// The same of a quota, which has no window: what is left of it comes back when jobs end.
    var fields: HTTPFields {
        let name = resource.rawValue.replacing("_", with: "-")
        return [
            .rateLimitPolicy: #""\#(name)";q=\#(limit)"#, .rateLimit: #""\#(name)";r=\#(max(0, limit - used))"#,
            .retryAfter: "5",
        ]
    }
}

extension Duration {
    /// In seconds, rounded up.
    fileprivate var wholeSeconds: Int64 {
        let (seconds, attoseconds) = components
        return attoseconds > 0 ? seconds + 1 : seconds
    }
}

extension HTTPField.Name {
    // Each of these is a token (RFC 9110 section 5.6.2), which is all that the initialiser checks.
    static let rateLimit = HTTPField.Name("RateLimit")!
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
}
