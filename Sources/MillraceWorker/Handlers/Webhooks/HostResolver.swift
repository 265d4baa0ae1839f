import DequeModule
import MillraceDomain

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Asks the system's resolver for addresses. Each question blocks a thread of its own; there are at most so many at a
/// time, the others wait. Those who ask for the same host share one answer.
actor HostResolver {
    /// A resolver that does not answer holds no more than these threads.
    private static let maxThreads = 16

    private var asking: [String: [OneShot<[NetworkAddress]?>]] = [:]
    private var waiting: Deque<String> = []
    private var threads = 0

    /// The addresses of a host, in the order in which they should be tried.
    ///
    /// - Throws: `JobFailure`, retryable, when there are none; `CancellationError`.
    func addresses(of host: String) async throws -> [NetworkAddress] {
        let answer = OneShot<[NetworkAddress]?>()
        if asking[host, default: []].isEmpty { waiting.append(host) }
        asking[host, default: []].append(answer)
        askNext()
        let addresses = await withTaskCancellationHandler {
            await answer.value
        } onCancel: {
            answer.fulfil(nil)
        }
        guard let addresses else { throw CancellationError() }
        guard !addresses.isEmpty else {
            throw JobFailure(code: "dns_failed", message: "The receiver's host name has no address.")
        }
        return addresses
    }

    private func askNext() {
        while threads < Self.maxThreads, let host = waiting.popFirst() {
            threads += 1
            let hasStarted = OwnThread.start { [self] in
                let addresses = Self.ask(host)
                Task { await self.answer(host, addresses) }
            }
            if !hasStarted { answer(host, []) }
        }
    }

    private func answer(_ host: String, _ addresses: [NetworkAddress]) {
        threads -= 1
        for waiter in asking.removeValue(forKey: host) ?? [] { waiter.fulfil(addresses) }
        askNext()
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
            guard
                getnameinfo(info.pointee.ai_addr, info.pointee.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0,
                // An address with a zone is none that could be checked.
                let address = NetworkAddress(String(nulTerminated: text))
            else { return [] }
            found.append(address)
            entry = info.pointee.ai_next
        }
        return found
    }
}

extension String {
    /// The characters before the first NUL.
    fileprivate init(nulTerminated text: [CChar]) {
        self.init(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
