#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import MillraceDomain

/// Asks the system's resolver for addresses. Each question blocks a thread of its own; there are at most so many.
actor HostResolver {
    /// A resolver that does not answer holds no more than these threads.
    private static let maxQuestions = 16

    private var questions = 0

    /// The addresses of a host, in the order in which they should be tried.
    ///
    /// - Throws: `JobFailure`, retryable, when there are none or too many ask at a time; `CancellationError`.
    func addresses(of host: String) async throws -> [NetworkAddress] {
        guard questions < Self.maxQuestions else {
            throw JobFailure(code: "dns_busy", message: "Too many host names are being resolved at the moment.")
        }
        questions += 1
        let addresses = try await OwnThread.run { [self] in
            let addresses = Self.ask(host)
            // Counted down by the thread itself: when the caller is cancelled, the question goes on.
            Task { await self.answered() }
            return addresses
        }
        guard !addresses.isEmpty else {
            throw JobFailure(code: "dns_failed", message: "The receiver's host name has no address.")
        }
        return addresses
    }

    private func answered() {
        questions -= 1
    }

    private static func ask(_ host: String) -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var entry = list
        while let info = entry {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = socklen_t(text.count)
            if getnameinfo(info.pointee.ai_addr, info.pointee.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0,
                // A zone would not be an address that can be checked.
                let address = NetworkAddress(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)) {
                found.append(address)
            } else {
                return []
            }
            entry = info.pointee.ai_next
        }
        return found
    }
}
