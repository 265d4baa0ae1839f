import MillraceKafka
import NIOCore
import NIOPosix
import Testing

@testable import MillraceCLI

@Suite struct `A fault of the development broker` {
    @Test(arguments: [
        ("down", BrokerFault.down), ("up", .up), ("slow 250", .slow(milliseconds: 250)),
        ("fail fetch not-leader 20", .fail(.fetch, .notLeader, count: 20)),
        ("fail heartbeat fenced 1", .fail(.heartbeat, .fencedInstance, count: 1)),
    ])
    func `is read from a line`(line: String, fault: BrokerFault) {
        #expect(BrokerFault(line) == fault)
    }

    @Test(arguments: [
        "", "sideways", "down now", "slow", "slow -1", "slow fast", "fail fetch", "fail fetch badly 1",
        "fail everything not-leader 1", "fail fetch not-leader 0", "fail fetch not-leader many",
    ])
    func `is unknown when the line means nothing`(line: String) {
        #expect(BrokerFault(line) == nil)
    }

    /// Not told up again here: the library listens on the same port anew, and ends the process when somebody still has
    /// it open, as do programs that neighbouring tests start meanwhile. A chaos run does it in a process of its own.
    @Test func `down makes it hang up`() async throws {
        let broker = try await DevBroker.start(port: 0)
        let running = Task { try await broker.run() }
        #expect(try await Self.answers(broker))
        broker.suffer(.down)
        #expect(try await !Self.answers(broker))
        running.cancel()
        _ = await running.result
        await broker.close()
    }

    /// Whether it answers the protocol's first request, ApiVersions; it either answers or hangs up.
    private static func answers(_ broker: DevBroker) async throws -> Bool {
        let port = try #require(Int(broker.bootstrap.split(separator: ":").last ?? ""))
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let request: [UInt8] = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 0xFF, 0xFF]
        return try await channel.executeThenClose { inbound, outbound in
            do {
                try await outbound.write(ByteBuffer(bytes: request))
                for try await bytes in inbound where bytes.readableBytes > 0 { return true }
            } catch {
                // A reset is a hanging up too.
                return false
            }
            return false
        }
    }
}
