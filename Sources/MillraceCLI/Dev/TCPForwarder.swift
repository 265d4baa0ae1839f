import NIOCore
import NIOPosix

/// Passes connections to a fixed port on to another one, both on the loopback address.
///
/// The development broker listens on a port of its own choice, a new one each time. Clients need an address that stays:
/// they ask it for the cluster's metadata and learn the broker's real port there.
struct TCPForwarder: Sendable {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Where it listens.
    let port: Int
    private let target: Int
    private let listener: NIOAsyncChannel<Connection, Never>

    /// Listens on a port, 0 for any free one.
    ///
    /// - Throws: ``CommandFailure`` when the port cannot be had.
    static func listen(on port: Int, forwardingTo target: Int) async throws -> TCPForwarder {
        do {
            let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
            return TCPForwarder(port: listener.channel.localAddress?.port ?? port, target: target, listener: listener)
        } catch {
            throw CommandFailure("cannot listen on 127.0.0.1:\(port): \(error)")
        }
    }

    /// Passes connections on until the task is cancelled; then all of them are closed.
    func run() async throws {
        try await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    group.addTask { await forward(connection) }
                }
            }
        }
    }

    /// Stops listening. Not needed after ``run()``.
    func close() async throws {
        try await listener.channel.close()
    }

    /// Copies both ways until one side ends. A connection that breaks is its client's to open again.
    private func forward(_ client: Connection) async {
        do {
            let server = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.seconds(5))
                .connect(host: "127.0.0.1", port: target) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
            try await client.executeThenClose { fromClient, toClient in
                try await server.executeThenClose { fromServer, toServer in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { for try await bytes in fromClient { try await toServer.write(bytes) } }
                        group.addTask { for try await bytes in fromServer { try await toClient.write(bytes) } }
                        try await group.next()
                        group.cancelAll()
                    }
                }
            }
        } catch {
            try? await client.channel.close()
        }
    }
}
