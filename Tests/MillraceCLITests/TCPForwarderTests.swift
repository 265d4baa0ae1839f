import NIOCore
import NIOPosix
import Testing

@testable import MillraceCLI

@Suite struct `The forwarder` {
    @Test func `passes bytes both ways, from a port that stays`() async throws {
        try await withEchoServer { echo in
            let forwarder = try await TCPForwarder.listen(on: try Self.quietPort(), forwardingTo: echo)
            let running = Task { try await forwarder.run() }
            for message in ["first", "second"] {
                #expect(try await Self.exchange(message, port: forwarder.port) == message)
            }
            running.cancel()
            _ = await running.result
            let next = try await TCPForwarder.listen(on: forwarder.port, forwardingTo: echo)
            #expect(next.port == forwarder.port)
            try await next.close()
        }
    }

    @Test func `hangs up when nobody is behind it`() async throws {
        let forwarder = try await TCPForwarder.listen(on: 0, forwardingTo: try FreePort.find())
        let running = Task { try await forwarder.run() }
        // An end and a reset are both a hanging up.
        let answer = (try? await Self.exchange("hello", port: forwarder.port)) ?? ""
        #expect(answer.isEmpty)
        running.cancel()
        _ = await running.result
    }

    @Test func `says when its port is taken`() async throws {
        let first = try await TCPForwarder.listen(on: 0, forwardingTo: 1)
        await #expect(throws: CommandFailure.self) { try await TCPForwarder.listen(on: first.port, forwardingTo: 1) }
        try await first.close()
    }

    /// A free port below those that the system hands out by itself, so that it stays free while nobody has it.
    private static func quietPort() throws -> Int {
        try #require((20_000...32_000).shuffled().first(where: FreePort.isFree))
    }

    private static func exchange(_ message: String, port: Int) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: message))
            var answer = ""
            for try await bytes in inbound {
                answer += String(buffer: bytes)
                if answer.count >= message.count { break }
            }
            return answer
        }
    }

    private func withEchoServer(_ body: (Int) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { $0.pipeline.addHandler(Echo()) }
            .bind(host: "127.0.0.1", port: 0).get()
        try await body(try #require(server.localAddress?.port))
        try await server.close()
    }

    private final class Echo: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(data, promise: nil)
        }
    }
}
