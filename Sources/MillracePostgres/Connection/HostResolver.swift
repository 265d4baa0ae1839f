#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Looks up host names with the system's resolver. Blocks: call it on a thread of its own only.
enum HostResolver {
    /// The addresses of each name; a name without any is missing.
    ///
    /// - Throws: ``PostgresError/Kind/connection`` when no name has an address.
    static func addresses(of names: [String]) throws(PostgresError) -> [String: [String]] {
        var found: [String: [String]] = [:]
        var complaint = "no names"
        for name in names {
            var list: UnsafeMutablePointer<addrinfo>?
            var hints = addrinfo()
            hints.ai_socktype = 1  // SOCK_STREAM, an enumeration on Linux and a number elsewhere: one line an address.
            let code = getaddrinfo(name, nil, &hints, &list)
            guard code == 0 else {
                complaint = String(cString: gai_strerror(code))
                continue
            }
            defer { freeaddrinfo(list) }
            found[name] = sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { $0.flatMap(numeric) }
        }
        guard !found.isEmpty else { throw PostgresError(.connection, "The host name has no address: \(complaint).") }
        return found
    }

    /// True for an IPv4 or IPv6 address.
    static func isNumeric(_ host: String) -> Bool {
        var storage = in6_addr()
        return inet_pton(AF_INET, host, &storage) == 1 || inet_pton(AF_INET6, host, &storage) == 1
    }

    private static func numeric(_ info: UnsafeMutablePointer<addrinfo>) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            let length = socklen_t(buffer.count)
            let code = getnameinfo(
                info.pointee.ai_addr, info.pointee.ai_addrlen, buffer.baseAddress, length, nil, 0, NI_NUMERICHOST)
            guard code == 0, let start = buffer.baseAddress else { return nil }
            return String(cString: start)
        }
    }
}
