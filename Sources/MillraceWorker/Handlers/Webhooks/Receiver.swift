import FoundationEssentials
import MillraceDomain

/// Where a webhook goes: scheme, host and port, as the HTTP client reads them out of the URL.
struct Receiver: Hashable, Sendable {
    let scheme: String
    let host: String
    let port: Int

    /// Reads a target's URL.
    ///
    /// - Throws: `JobFailure`, permanent, for anything but an absolute `http` or `https` URL without credentials.
    init(url text: String) throws(JobFailure) {
        // Parsed as the client does it, so that the host checked is the host called.
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = url.host, !host.isEmpty,
            url.user == nil, url.password == nil
        else { throw .permanent("invalid_target", "The webhook's URL is not an absolute http or https URL.") }
        self.scheme = scheme
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = url.port ?? (scheme == "https" ? 443 : 80)
    }
}
