import ArgumentParser

/// `millrace dev broker`: a Kafka broker in memory.
struct DevBrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: "Run an in-memory Kafka broker for development until Ctrl-C.",
        discussion: "It forgets everything when it ends. Clients bootstrap from the fixed port, on 127.0.0.1 only.")

    @Option(help: "The bootstrap port; 0 for any free one.")
    var port = 0

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
    }

    func run() async throws {
        let stop = StopSignals()
        let broker = try await DevBroker.start(port: port)
        Console.say(broker.bootstrap)
        _ = try await stop.cancelling { try await broker.run() }
        await broker.close()
    }
}
