import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP/1.1 server on loopback that answers as its test wants, and remembers what it saw.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        let method: HTTPMethod
        let path: String
        let headers: HTTPHeaders
        let body: [UInt8]
    }

    enum Reply: Sendable {
        case answer(Int, String = "", headers: HTTPHeaders = [:])
        /// The head at once, then a byte of the body now and then, without end.
        case drip
        /// Never an answer; the connection stays open.
        case hang
        /// The connection is closed without an answer.
        case drop
    }

    /// The connections so far, those open now, and the most that were open at once.
    struct Connections: Sendable, Equatable {
        var total = 0
        var open = 0
        var peak = 0
    }

    typealias Handler = @Sendable (Request) async throws -> Reply
    fileprivate typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    let port: Int
    private let handler: Handler
    private let seen = Mutex<[Request]>([])
    private let counts = Mutex(Connections())

    fileprivate init(port: Int, _ handler: @escaping Handler) {
        self.port = port
        self.handler = handler
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { seen.withLock { $0 } }
    var connections: Connections { counts.withLock { $0 } }

    fileprivate func serve(_ connection: Connection) async {
        counts.withLock { counts in
            counts.total += 1
            counts.open += 1
            counts.peak = max(counts.peak, counts.open)
        }
        defer { counts.withLock { $0.open -= 1 } }
        // A connection that its client breaks off is no fault of the server's.
        try? await connection.executeThenClose { inbound, outbound in
            var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "")
            var body: [UInt8] = []
            for try await part in inbound {
                switch part {
                case .head(let next): (head, body) = (next, [])
                case .body(let chunk): body += chunk.readableBytesView
                case .end:
                    let request = Request(method: head.method, path: head.uri, headers: head.headers, body: body)
                    seen.withLock { $0.append(request) }
                    guard try await Self.reply(try await handler(request), outbound) else { return }
                }
            }
        }
    }

    /// Whether the connection serves on.
    private static func reply(
        _ reply: Reply, _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws -> Bool {
        switch reply {
        case .answer(let status, let body, var headers):
            headers.replaceOrAdd(name: "content-length", value: "\(body.utf8.count)")
            try await outbound.write(
                .head(.init(version: .http1_1, status: .init(statusCode: status), headers: headers)))
            try await outbound.write(.body(.byteBuffer(ByteBuffer(string: body))))
            try await outbound.write(.end(nil))
            return true
        case .drip:
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "100000"])
            try await outbound.write(.head(head))
            while !Task.isCancelled {
                try await outbound.write(.body(.byteBuffer(ByteBuffer(string: " "))))
                try await Task.sleep(for: .milliseconds(20))
            }
            return false
        case .hang:
            try await Task.sleep(for: .seconds(3600))
            return false
        case .drop:
            return false
        }
    }
}

/// Runs `body` beside a server that answers by `handler`.
func withServer<Value: Sendable>(
    _ handler: @escaping LoopbackServer.Handler, _ body: (LoopbackServer) async throws -> Value
) async throws -> Value {
    let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(host: "127.0.0.1", port: 0) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                return try LoopbackServer.Connection(wrappingChannelSynchronously: channel)
            }
        }
    let server = LoopbackServer(port: listener.channel.localAddress?.port ?? 0, handler)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            try await withThrowingDiscardingTaskGroup { connections in
                try await listener.executeThenClose { inbound in
                    for try await connection in inbound { connections.addTask { await server.serve(connection) } }
                }
            }
        }
        defer { group.cancelAll() }
        return try await body(server)
    }
}
