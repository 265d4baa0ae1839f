import NIOCore
import NIOPosix
import TestKit

/// A connection whose bytes the test writes itself, and which it reads when it likes.
struct RawConnection: Sendable {
    private let channel: any Channel
    private let received: Recorder<String>
    private let ended: Recorder<Bool>

    /// Connects.
    ///
    /// - Parameter reads: false for a client that never takes anything off its socket.
    static func open(_ port: Int, reads: Bool = true) async throws -> RawConnection {
        let (received, ended) = (Recorder<String>(), Recorder<Bool>())
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Before it is connected: a server may close sooner than anybody here goes on.
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(received, ended))
                }
            }
            .channelOption(.autoRead, value: false)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readSize))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port).get()
        let connection = RawConnection(channel: channel, received: received, ended: ended)
        if reads {
            try await channel.setOption(.autoRead, value: true).get()
            channel.read()
        }
        return connection
    }

    /// How many bytes are taken off the socket at once.
    static let readSize = 64 << 10

    /// Takes some bytes off the socket now and then until `isDone`, where nothing is read without it.
    func read(every pause: Duration, until isDone: () -> Bool) async throws {
        while !isDone() {
            channel.read()
            // The pace of a slow client, not a wait for anything.
            try await Task.sleep(for: pause)
        }
    }

    /// Whether the other side has closed.
    var hasEnded: Bool { !ended.elements.isEmpty }
    /// All that has come so far.
    var text: String { received.elements.joined() }

    /// Sends nothing any more, and reads on.
    func finish() async throws {
        try await channel.close(mode: .output).get()
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Waits until what has come satisfies `isDone`.
    @discardableResult
    func read(until isDone: @escaping @Sendable (String) -> Bool) async throws -> String {
        try await received.wait { isDone($0.joined()) }.joined()
    }

    /// Waits until the other side has closed; what has come until then.
    func readToEnd() async throws -> String {
        try await ended.wait(forCount: 1)
        return received.elements.joined()
    }

    func close() async {
        // Closed by the other side already, more often than not.
        try? await channel.close().get()
    }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let received: Recorder<String>
        private let ended: Recorder<Bool>

        init(_ received: Recorder<String>, _ ended: Recorder<Bool>) {
            self.received = received
            self.ended = ended
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.record(String(buffer: unwrapInboundIn(data)))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event as? ChannelEvent == .inputClosed { ended.record(true) }
            context.fireUserInboundEventTriggered(event)
        }

        func channelInactive(context: ChannelHandlerContext) {
            ended.record(true)
        }
    }
}
