import NIOCore
import NIOPosix

/// Asks a server on the loopback address for its status, with the fewest means: one request.
enum HTTPProbe {
    /// The status code of a `GET`; nil when nobody answers within two seconds.
    static func status(port: Int, path: String) async -> Int? {
        await answer(port: port, path: path)?.status
    }

    /// The answer to a `GET`, its body as far as 64 KiB; nil when nobody answers within two seconds.
    static func answer(port: Int, path: String) async -> (status: Int, body: String)? {
        do {
            return try await withDeadline(.seconds(2)) { try await request(port: port, path: path) }
        } catch {
            // Not listening yet, hung up, or silent: all mean the same to who is asking.
            return nil
        }
    }

    private static func request(port: Int, path: String) async throws -> (status: Int, body: String)? {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.seconds(1))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            let text =
                "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\nAccept: application/json\r\n\r\n"
            try await outbound.write(ByteBuffer(string: text))
            var answer = ""
            for try await bytes in inbound {
                answer += String(buffer: bytes)
                if answer.utf8.count > 65_536 { break }
            }
            let words = answer.split(separator: "\r\n").first?.split(separator: " ") ?? []
            guard words.count >= 2, let status = Int(words[1]) else { return nil }
            return (status, answer)
        }
    }

    private static func withDeadline<Value: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value?
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
