import NIOCore
import NIOPosix

/// A connection whose bytes the test writes itself.
struct RawConnection {
    private let channel: any Channel
    private let received: AsyncStream<String>

    static func open(_ port: Int) async throws -> RawConnection {
        let (received, sink) = AsyncStream.makeStream(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(sink))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawConnection(channel: channel, received: received)
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    func readSome() async -> String? {
        await received.first { _ in true }
    }

    func readToEnd() async -> String {
        await received.reduce("", +)
    }

    func close() async throws {
        try await channel.close().get()
    }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let sink: AsyncStream<String>.Continuation

        init(_ sink: AsyncStream<String>.Continuation) {
            self.sink = sink
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            sink.yield(String(buffer: unwrapInboundIn(data)))
        }

        func channelInactive(context: ChannelHandlerContext) {
            sink.finish()
        }
    }
}
