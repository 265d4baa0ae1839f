import ArgumentParser

/// `millrace dev broker`: a Kafka broker in memory.
struct DevBrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: "Run an in-memory Kafka broker for development until Ctrl-C.",
        discussion: """
            It forgets everything when it ends. Clients bootstrap from the fixed port, on 127.0.0.1 only. With --faults \
            it reads what to suffer from standard input, a line each, and answers each with «ok» or «unknown»: down, up, \
            slow <ms>, fail <request> <how> <count>.
            """)

    @Option(help: "The bootstrap port; 0 for any free one.")
    var port = 0

    @Flag(help: "Read faults to suffer from standard input.")
    var faults = false

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
    }

    func run() async throws {
        let stop = StopSignals()
        let broker = try await DevBroker.start(port: port)
        Console.say(broker.bootstrap)
        if faults { try suffer(broker) }
        _ = try await stop.cancelling { try await broker.run() }
        await broker.close()
    }

    /// Ends with standard input; the broker goes on without it.
    private func suffer(_ broker: DevBroker) throws {
        try OwnThread.start {
            LineReader(descriptor: 0).forEachLine { line in
                let fault = BrokerFault(line)
                if let fault { broker.suffer(fault) }
                Console.say(fault == nil ? "unknown" : "ok")
            }
        }
    }
}
