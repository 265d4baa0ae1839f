import Glibc

/// One keep-alive connection with at most one request under way.
struct Connection {
    let descriptor: CInt
    /// When the request under way was due.
    private(set) var due: Int64?
    private var said: [UInt8] = []

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(call: "socket") }
        var yes: CInt = 1
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SystemError(call: "connect") }
    }

    /// Sends a request. It is far smaller than what the kernel keeps for a connection, so that this does not wait.
    mutating func send(_ request: [UInt8], due: Int64) throws {
        self.due = due
        guard Glibc.send(descriptor, request, request.count, CInt(MSG_NOSIGNAL)) == request.count else {
            throw SystemError(call: "send")
        }
    }

    /// Takes in what has come: the status of the answer once it is whole.
    mutating func receive(_ buffer: inout [UInt8]) throws -> Int? {
        let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
        if count < 0 && errno == EAGAIN { return nil }
        guard count > 0 else { throw SystemError(call: "recv") }
        said.append(contentsOf: buffer[..<count])
        guard let end = said.endOfHead, said.count >= end + said[..<end].contentLength else { return nil }
        // `HTTP/1.1 202 …`
        let status = said[9..<12].reduce(0) { $0 * 10 + Int($1) - 48 }
        said.removeAll(keepingCapacity: true)
        due = nil
        return status
    }
}

extension [UInt8] {
    /// Where the body begins.
    fileprivate var endOfHead: Int? {
        var index = 3
        while index < count {
            if self[index] == 10, self[index - 1] == 13, self[index - 2] == 10 { return index + 1 }
            index += 1
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    fileprivate var contentLength: Int {
        let name = Array("\r\ncontent-length:".utf8)
        for start in indices.dropLast(name.count) where self[start] == 13 {
            guard (0..<name.count).allSatisfy({ self[start + $0] | 0x20 == name[$0] | 0x20 }) else { continue }
            let digits = self[(start + name.count)...].drop { $0 == 32 }.prefix { (48...57).contains($0) }
            return digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        }
        return 0
    }
}
