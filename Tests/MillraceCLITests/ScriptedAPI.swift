import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import MillraceCLI

/// An HTTP server that answers as it is told, one answer after the other, and remembers what it was asked.
final class ScriptedAPI: Sendable {
    struct Request: Sendable, Equatable {
        let line: String
        let authorization: String?
        let body: String
    }

    private struct State {
        var answers: [(status: Int, body: String)]
        var requests: [Request] = []
    }

    private let state: Mutex<State>

    private init(_ answers: [(Int, String)]) {
        state = Mutex(State(answers: answers.map { (status: $0.0, body: $0.1) }))
    }

    /// What it was asked, in order.
    var requests: [Request] { state.withLock { $0.requests } }

    /// Runs `body` with a server and a client for it.
    static func with(
        _ answers: (Int, String)..., body: (RemoteAPI, ScriptedAPI) async throws -> Void
    ) async throws {
        try await withAddress(answers) { address, script in
            try await RemoteAPI.with(base: address, token: "mr_secret") { try await body($0, script) }
        }
    }

    /// Runs `body` with a server's address.
    static func withAddress(
        _ answers: [(Int, String)], body: (String, ScriptedAPI) async throws -> Void
    ) async throws {
        let script = ScriptedAPI(answers)
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Answering(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        do { try await body("http://127.0.0.1:\(port)/", script) } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
    }

    fileprivate func answer(_ request: Request) -> (status: Int, body: String) {
        state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? (599, "") : state.answers.removeFirst()
        }
    }
}

/// One connection: gathers a request and writes its answer.
private final class Answering: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: ScriptedAPI
    private var head: HTTPRequestHead?
    private var body = ""

    init(_ script: ScriptedAPI) {
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, "")
        case .body(let bytes): body += String(buffer: bytes)
        case .end: end(context)
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        guard let head else { return }
        let answer = script.answer(
            ScriptedAPI.Request(
                line: "\(head.method.rawValue) \(head.uri)", authorization: head.headers.first(name: "Authorization"),
                body: body))
        let bytes = ByteBuffer(string: answer.body)
        let headers: HTTPHeaders = ["Content-Length": "\(bytes.readableBytes)", "Location": "/elsewhere"]
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
