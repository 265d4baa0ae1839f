import NIOCore
import NIOHPACK
import NIOPosix
import NIOSSL
import TestKit

/// A connection of HTTP/2 by TLS whose frames the test writes itself, and which does nothing by itself but read.
struct FrameConnection: Sendable {
    /// What has come on one stream, or (0) on none.
    struct Arrival: Sendable {
        let frame: Frame
        let fields: [(String, String)]
    }

    private let channel: any Channel
    private let received: Recorder<Arrival>
    private let ended: Recorder<Bool>

    /// Connects, agrees on a key, and says what every client begins with.
    static func open(_ port: Int, _ folder: CertificateFolder) async throws -> FrameConnection {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(folder.path("a.crt"))
        configuration.applicationProtocols = ["h2"]
        let context = try NIOSSLContext(configuration: configuration)
        let (received, ended) = (Recorder<Arrival>(), Recorder<Bool>())
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                    try pipeline.addHandler(Receiver(received, ended))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let connection = FrameConnection(channel: channel, received: received, ended: ended)
        try await connection.send(Frame.preface)
        return connection
    }

    /// All that has come so far.
    var arrivals: [Arrival] { received.elements }

    func send(_ frames: Frame...) async throws { try await send(frames.flatMap(\.bytes)) }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Waits for the answer on a stream.
    ///
    /// - Returns: its fields, the status among them.
    func answer(_ stream: Int) async throws -> [(String, String)] {
        let isAnswer: @Sendable (Arrival) -> Bool = { $0.frame.stream == stream && $0.frame.kind == .headers }
        let arrivals = try await received.wait { $0.contains(where: isAnswer) }
        return arrivals.first(where: isAnswer)?.fields ?? []
    }

    /// Waits for the status of the answer on a stream.
    func status(_ stream: Int) async throws -> String? {
        try await answer(stream).first { $0.0 == ":status" }?.1
    }

    /// Waits for a frame.
    func frame(_ kind: Frame.Kind, _ stream: Int = 0) async throws -> Frame {
        let isIt: @Sendable (Arrival) -> Bool = { $0.frame.kind == kind && $0.frame.stream == stream }
        let arrivals = try await received.wait { $0.contains(where: isIt) }
        return arrivals.first(where: isIt)?.frame ?? Frame(kind: kind)
    }

    /// Waits until the other side has closed.
    func end() async throws { try await ended.wait(forCount: 1) }

    func close() async {
        // Closed by the other side already, more often than not.
        try? await channel.close().get()
    }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let received: Recorder<Arrival>
        private let ended: Recorder<Bool>
        private var buffer = ByteBuffer()
        private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())

        init(_ received: Recorder<Arrival>, _ ended: Recorder<Bool>) {
            self.received = received
            self.ended = ended
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            buffer.writeBuffer(&bytes)
            while let frame = Frame.take(from: &buffer) {
                received.record(Arrival(frame: frame, fields: fields(frame)))
            }
        }

        private func fields(_ frame: Frame) -> [(String, String)] {
            guard frame.kind == .headers else { return [] }
            var block = ByteBuffer(bytes: frame.payload)
            // What cannot be read has no fields, which no test expects.
            return (try? decoder.decodeHeaders(from: &block))?.map { ($0.name, $0.value) } ?? []
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            // A server that has had enough does not say good-bye in all forms.
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            ended.record(true)
        }
    }
}
