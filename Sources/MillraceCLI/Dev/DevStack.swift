import FoundationEssentials
import Glibc
import MillracePostgres

/// Everything a development machine needs to run Millrace, each part a process of its own: Postgres, a Kafka broker,
/// the API, the consumer. They start in this order and stop in the reverse one.
struct DevStack: Sendable {
    let directory: DevDirectory
    let environment: [String: String]
    /// Where `millrace-api` and `millrace-consumer` lie: beside this program.
    let programs: String

    /// Runs the stack until a signal comes. A second signal ends it at once.
    ///
    /// - Throws: ``CommandFailure`` when a part does not come up.
    func run(stop: StopSignals) async throws {
        let lock = try directory.lock()
        // One that was left behind by a stack that was killed speaks of servers that are gone.
        _ = unlink(directory.environmentFile)
        defer { withExtendedLifetime(lock) { _ = unlink(directory.environmentFile) } }
        let impatience = Task {
            // Our children die with us: that is what their death signals are for.
            if await stop.waitForSecond() != nil { _exit(130) }
        }
        defer { impatience.cancel() }
        let ports = try DevPorts(environment: environment)
        let token = try directory.bootstrapToken(environment: environment)
        let (_, signal) = try await stop.cancelling {
            try await withDatabase { database in
                try await withBroker { brokers in
                    let addresses = DevAddresses(
                        ports: ports, databaseURL: database, brokers: brokers, token: token, directory: directory,
                        isOwnBroker: given("KAFKA_BROKERS") == nil)
                    try await withArchive(database) { environment in
                        try await runServices(addresses, environment)
                    }
                }
            }
        }
        if signal != nil { Console.say("millrace: stopped") }
    }

    private func withDatabase<Value: Sendable>(_ body: (String) async throws -> Value) async throws -> Value {
        if let given = given("DATABASE_URL") ?? given("POSTGRES_URL") {
            try await migrate(given)
            return try await body(given)
        }
        Console.say("millrace: starting Postgres")
        let home = try PostgresHome.persistent(below: directory.path)
        let postgres = try await PrivatePostgres.start(
            in: home, purpose: .development, environment: environment, log: Self.prefixed("postgres"))
        do {
            try await migrate(postgres.url)
            let value = try await body(postgres.url)
            await postgres.stop()
            return value
        } catch {
            await postgres.stop()
            throw error
        }
    }

    private func withBroker<Value: Sendable>(_ body: (String) async throws -> Value) async throws -> Value {
        if let given = given("KAFKA_BROKERS") { return try await body(given) }
        let port = try FreePort.find(preferring: 9092)
        Console.say("millrace: starting the development broker")
        let broker = supervised("broker", "millrace", ["dev", "broker", "--port", "\(port)"], environment, grace: 6)
        return try await broker.running {
            try await Self.wait(for: broker, "the broker", atMost: .seconds(20)) { !FreePort.isFree(port) }
            return try await body("127.0.0.1:\(port)")
        }
    }

    /// A DynamoDB endpoint with the archive's table, where DynamoDB is asked for and no endpoint is named.
    private func withArchive(_ database: String, _ body: ([String: String]) async throws -> Void) async throws {
        guard given("ARCHIVE_STORE") == "dynamodb", given("ARCHIVE_ENDPOINT") == nil,
            given("AWS_ENDPOINT_URL_DYNAMODB") == nil
        else { return try await body(environment) }
        Console.say("millrace: starting the development DynamoDB")
        let emulator = try await DynamoDBEmulator.start(
            toolDirectories: ["\(directory.path)/venv/bin"], environment: environment)
        do {
            let own = emulator.clientEnvironment.merging(environment) { _, given in given }
            try await ArchiveTable.create(own.merging(["DATABASE_URL": database]) { _, ours in ours })
            try await body(own)
        } catch {
            await emulator.stop()
            throw error
        }
        await emulator.stop()
    }

    private func runServices(_ addresses: DevAddresses, _ environment: [String: String]) async throws {
        Console.say("millrace: starting the API and the consumer")
        let api = supervised("api", "millrace-api", [], addresses.apiEnvironment(over: environment), grace: 30)
        let consumer = supervised(
            "consumer", "millrace-consumer", [], addresses.consumerEnvironment(over: environment), grace: 30)
        try await api.running {
            try await consumer.running {
                try await Self.wait(for: api, "the API", atMost: .seconds(60)) {
                    await HTTPProbe.status(port: addresses.ports.http, path: "/readyz") == 200
                }
                try await Self.wait(for: consumer, "the consumer", atMost: .seconds(60)) {
                    await HTTPProbe.status(port: addresses.ports.consumerAdmin, path: "/readyz") == 200
                }
                // Ready it is without its share of the partitions too, but the first job would wait for a sweep.
                await Self.settle(for: .seconds(15)) {
                    await HTTPProbe.answer(port: addresses.ports.consumerAdmin, path: "/readyz")
                        .map { !$0.body.contains(#""status":"degraded""#) } ?? false
                }
                try addresses.file.write(to: directory.environmentFile)
                Console.say(addresses.greeting)
                // Nothing is left to do but to be stopped.
                while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
            }
        }
    }

    private func migrate(_ url: String) async throws {
        for name in try await SchemaMigrations.apply(PostgresSettings(url: url)) {
            Console.say("millrace: applied migration \(name)")
        }
    }

    private func supervised(
        _ name: String, _ program: String, _ arguments: [String], _ environment: [String: String], grace: Int
    ) -> SupervisedProcess {
        let launch = Launch(
            name: name, executable: "\(programs)/\(program)", arguments: arguments, environment: environment,
            output: .lines(Self.prefixed(name)))
        return SupervisedProcess(launch, grace: .seconds(grace)) { Console.say("millrace: \($0)") }
    }

    private static func prefixed(_ name: String) -> @Sendable (String) -> Void {
        let prefix = name + String(repeating: " ", count: max(0, 8 - name.count)) + " | "
        return { Console.say(prefix + $0) }
    }

    private static func wait(
        for process: SupervisedProcess, _ what: String, atMost limit: Duration, until isReady: () async -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            try Task.checkCancellation()
            if await isReady() { return process.markReady() }
            if process.isHopeless { throw CommandFailure("\(what) cannot be started; what it said is above") }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandFailure("\(what) was not ready within \(limit)")
    }

    /// Waits for something that is good to have, at most so long.
    private static func settle(for limit: Duration, until isSettled: () async -> Bool) async {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline, !Task.isCancelled, await !isSettled() {
            // Cancelled by a stop; then the loop ends.
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    private func given(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
