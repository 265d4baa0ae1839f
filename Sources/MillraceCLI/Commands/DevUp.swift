import ArgumentParser
import FoundationEssentials

/// `millrace dev up`: the whole stack, until Ctrl-C.
struct DevUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run Postgres, a Kafka broker, the API and the consumer until Ctrl-C.",
        discussion: """
            Data is kept in .dev/ below the current directory; while the stack runs, .dev/env says where everything is. \
            DATABASE_URL and KAFKA_BROKERS are used instead of starting servers when they are set. PORT (8080) and \
            BOOTSTRAP_TOKEN are honoured, and so is every setting of the API and the consumer.
            """)

    func run() async throws {
        let stack = DevStack(
            directory: try DevDirectory(), environment: ProcessInfo.processInfo.environment,
            programs: try Programs.ownDirectory())
        try await stack.run(stop: StopSignals())
    }
}
