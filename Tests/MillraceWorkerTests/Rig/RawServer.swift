import Glibc
import Synchronization
import TestKit

/// A receiver on loopback that answers each request with the very bytes a test says: good answers and bad ones.
final class RawServer: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        let line: String
        let headers: [String: String]
        let body: [UInt8]
    }

    /// What to do with a connection after its request has come.
    enum Reply: Sendable {
        case bytes(String)
        /// Sends nothing, or no more than this, and keeps the connection open.
        case hang(after: String)
        /// Ends the connection with a reset.
        case reset
    }

    let requests = Recorder<Request>()
    /// Requests whose connection the client has closed before it was answered.
    let hangUps = Recorder<Request>()
    let port: UInt16
    private let listener: Int32
    private let reply: @Sendable (Request) -> Reply
    private let hanging = Mutex<[Int32]>([])

    init(_ reply: @escaping @Sendable (Request) -> Reply) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard listener >= 0, isBound else { throw CannotListen() }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        self.reply = reply
        start { server in
            while case let connection = accept(server.listener, nil, nil), connection >= 0 {
                server.start { $0.serve(connection) }
            }
        }
    }

    struct CannotListen: Error {}

    /// Ends everything; a test calls it last.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for connection in hanging.withLock({ $0 }) { close(connection) }
    }

    private func start(_ body: @escaping @Sendable (RawServer) -> Void) {
        startThread { body(self) }
    }

    private func serve(_ connection: Int32) {
        guard let request = read(connection) else { return _ = close(connection) }
        requests.record(request)
        switch reply(request) {
        case .bytes(let text):
            send(text, connection)
            shutdown(connection, Int32(SHUT_WR))
            close(connection)
        case .hang(let text):
            send(text, connection)
            hanging.withLock { $0.append(connection) }
            var byte: UInt8 = 0
            if recv(connection, &byte, 1, 0) <= 0 { hangUps.record(request) }
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
            close(connection)
        }
    }

    private func send(_ text: String, _ connection: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    private func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = chunk.withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
            if let request = parse(bytes) { return request }
        }
    }

    private func parse(_ bytes: [UInt8]) -> Request? {
        let starts = 0..<max(0, bytes.count - 3)
        guard let end = starts.first(where: { bytes[$0..<$0 + 4].elementsEqual("\r\n\r\n".utf8) }) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let body = Array(bytes[(end + 4)...])
        guard body.count >= Int(headers["content-length"] ?? "0") ?? 0 else { return nil }
        return Request(line: lines.first ?? "", headers: headers, body: body)
    }
}

extension RawServer.Reply {
    static func status(_ status: Int, headers: String = "", body: String = "") -> Self {
        .bytes(
            "HTTP/1.1 \(status) X\r\ncontent-length: \(body.utf8.count)\r\n"
                + "connection: close\r\n\(headers)\r\n\(body)")
    }
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    if pthread_create(&thread, nil, runThread, argument) == 0 { pthread_detach(thread) }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body() }
    return nil
}
