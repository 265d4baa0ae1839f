import MillraceKafka

/// A Kafka broker in memory, behind an address that stays the same over restarts.
struct DevBroker: Sendable {
    let cluster: MockCluster
    private let forwarder: TCPForwarder

    /// What clients bootstrap from: `127.0.0.1:<port>`.
    var bootstrap: String { "127.0.0.1:\(forwarder.port)" }

    /// What the processes that use it are told besides its address: it answers an empty fetch only when the client's
    /// patience ends, and notices a lost member only by its silence.
    static var clientEnvironment: [String: String] {
        Dictionary(
            MockCluster.clientProperties.map { name, value in
                ("KAFKA_PROPERTIES_" + name.uppercased().replacing(".", with: "_"), value)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Starts a broker.
    ///
    /// - Parameter port: the bootstrap port; 0 for any free one.
    /// - Throws: ``CommandFailure`` when the port cannot be had or the broker does not start.
    static func start(port: Int) async throws -> DevBroker {
        let cluster: MockCluster
        do {
            cluster = try MockCluster()
        } catch {
            throw CommandFailure("the development broker did not start: \(error)")
        }
        do {
            let target = cluster.bootstrap.split(separator: ":").last.flatMap { Int($0) }
            guard let target else { throw CommandFailure("the broker has no port: \(cluster.bootstrap)") }
            return DevBroker(
                cluster: cluster, forwarder: try await TCPForwarder.listen(on: port, forwardingTo: target))
        } catch {
            await cluster.close()
            throw error
        }
    }

    /// Serves until the task is cancelled.
    func run() async throws {
        try await forwarder.run()
    }

    /// Ends the broker; what it held is gone.
    func close() async {
        await cluster.close()
    }
}
