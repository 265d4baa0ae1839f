import Foundation

/// The whole system as separate processes, of a test's own: a database, a broker, an API, consumers.
actor LocalStack {
    @TaskLocal static var current: LocalStack?

    nonisolated let deployment: Deployment
    private let folder: URL
    private let database: ScratchDatabase
    private let brokerPort: Int
    private let apiPort: Int
    private let common: [String: String]
    private(set) var broker: ServerProcess
    private(set) var api: ServerProcess
    private(set) var consumers: [ServerProcess] = []
    private let consumerProgram: String
    private var adminPorts: [pid_t: Int] = [:]
    private var otherAPIs: [ServerProcess] = []

    /// Starts everything and waits until it is ready.
    ///
    /// - Parameters:
    ///   - consumer: the program that runs the jobs.
    ///   - database: what to use instead of a new one; the stack removes it at its end.
    ///   - port: where to reach the database instead of its own address.
    ///   - extra: settings beyond those of every stack.
    static func start(
        handlers: String? = nil, consumer: String = "millrace-consumer", database: ScratchDatabase? = nil,
        through port: Int? = nil, settings extra: [String: String] = [:]
    ) async throws -> LocalStack {
        let folder = FileManager.default.temporaryDirectory.appending(path: "millrace-e2e-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var own = database
        if own == nil { own = try await ScratchDatabase.create() }
        guard let database = own else { throw DeploymentMissing(description: "There is no database.") }
        let url = port.map(database.url(through:)) ?? database.url
        var settings = ["DATABASE_URL": url, "LOG_LEVEL": "info", "HTTP_HOST": "127.0.0.1"]
        settings["USERS_IMPORT_DIRECTORY"] = folder.path
        settings["WEBHOOKS_ALLOW_PRIVATE_NETWORKS"] = "127.0.0.0/8"
        // The development broker answers an empty fetch only when the client's patience ends.
        settings["KAFKA_PROPERTIES_FETCH_WAIT_MAX_MS"] = "10"
        settings["KAFKA_PROPERTIES_SESSION_TIMEOUT_MS"] = "4000"
        settings["KAFKA_PROPERTIES_HEARTBEAT_INTERVAL_MS"] = "300"
        // Shorter than in production, so that a test of a lost lease takes seconds.
        settings["WORKER_LEASE_MS"] = "4000"
        settings["WORKER_RENEW_MS"] = "1000"
        if let handlers {
            let file = folder.appending(path: "handlers.yaml")
            try Data(handlers.utf8).write(to: file)
            settings["HANDLERS_FILE"] = file.path
        }
        settings.merge(extra) { _, given in given }
        let stack = try await LocalStack(
            folder: folder, database: database, settings: settings, consumer: consumer)
        do {
            try await stack.addConsumer()
            try await stack.waitUntilReady()
        } catch {
            await stack.stop()
            throw error
        }
        return stack
    }

    private init(
        folder: URL, database: ScratchDatabase, settings: [String: String], consumer: String
    ) async throws {
        let ports = try FreePorts.take(3)
        let token = "mr_" + (0..<40).map { _ in String(Int.random(in: 0...9)) }.joined()
        self.folder = folder
        self.database = database
        consumerProgram = consumer
        (brokerPort, apiPort) = (ports[0], ports[1])
        deployment = Deployment(
            baseURL: "http://127.0.0.1:\(apiPort)", token: token, kafkaBrokers: "127.0.0.1:\(brokerPort)",
            topicPrefix: "millrace")
        common = settings.merging(["KAFKA_BROKERS": "127.0.0.1:\(brokerPort)"]) { ours, _ in ours }
        let cli = ServerProcess.binaries.appending(path: "millrace").path
        try await Command(program: cli, arguments: ["migrate"], environment: settings).succeed()
        if settings["ARCHIVE_STORE"] == "dynamodb" {
            try await Command(program: cli, arguments: ["dev", "table"], environment: settings).succeed()
        }
        broker = try ServerProcess.start(
            "millrace", ["dev", "broker", "--port", String(brokerPort)], environment: [:], in: folder)
        let own = ["PORT": String(apiPort), "ADMIN_PORT": String(ports[2]), "BOOTSTRAP_TOKEN": token]
        api = try ServerProcess.start(
            "millrace-api", environment: common.merging(own) { _, ours in ours }, in: folder)
    }

    /// Starts another consumer, with settings of its own beside those of all.
    @discardableResult
    func addConsumer(settings extra: [String: String] = [:]) async throws -> ServerProcess {
        let ports = try FreePorts.take(1)
        let own = extra.merging(["ADMIN_PORT": String(ports[0])]) { _, ours in ours }
        let consumer = try ServerProcess.start(
            consumerProgram, environment: common.merging(own) { _, ours in ours }, in: folder)
        consumers.append(consumer)
        adminPorts[consumer.pid] = ports[0]
        let health = APIClient(baseURL: "http://127.0.0.1:\(ports[0])", token: nil)
        try await eventually(within: 40, "the consumer is ready") {
            try requireAlive(consumer)
            return (try? await health.get("/readyz").status) == 200
        }
        return consumer
    }

    /// Asks a consumer for what its admin port shows.
    func ask(_ consumer: ServerProcess, _ path: String) async throws -> APIClient.Answer {
        try await APIClient(baseURL: "http://127.0.0.1:\(adminPorts[consumer.pid] ?? 0)", token: nil).get(path)
    }

    /// Starts another API over the same stores, and gives its address.
    func addAPI() async throws -> String {
        let ports = try FreePorts.take(2)
        let own = ["PORT": String(ports[0]), "ADMIN_PORT": String(ports[1])]
        let api = try ServerProcess.start(
            "millrace-api", environment: common.merging(own) { _, ours in ours }, in: folder)
        otherAPIs.append(api)
        let client = APIClient(baseURL: "http://127.0.0.1:\(ports[0])", token: nil)
        try await eventually(within: 40, "the other API is ready") {
            try requireAlive(api)
            return (try? await client.get("/readyz").status) == 200
        }
        return client.baseURL
    }

    /// Starts the API again after it has ended.
    func restartAPI() async throws {
        let ports = try FreePorts.take(1)
        let own = [
            "PORT": String(apiPort), "ADMIN_PORT": String(ports[0]), "BOOTSTRAP_TOKEN": deployment.token,
        ]
        api = try ServerProcess.start(
            "millrace-api", environment: common.merging(own) { _, ours in ours }, in: folder)
        try await waitUntilReady()
    }

    /// Starts the broker again after it has ended: empty, at the same address.
    func restartBroker() async throws {
        broker = try ServerProcess.start(
            "millrace", ["dev", "broker", "--port", String(brokerPort)], environment: [:], in: folder)
        let broker = self.broker
        try await eventually("the broker says where it listens") {
            try requireAlive(broker)
            return broker.output.contains("127.0.0.1:")
        }
    }

    /// Forgets a consumer that a test has ended.
    func remove(_ consumer: ServerProcess) {
        consumers.removeAll { $0 === consumer }
    }

    /// A file in the folder from which users may be imported.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    /// Runs a query behind the API's back.
    func rows(_ query: String) async throws -> [String] {
        try await database.rows(query)
    }

    /// Opens a transaction that holds what `statement` locks, until ``unblock(_:)``.
    func block(_ statement: String) async throws -> ServerProcess {
        let script = folder.appending(path: "block.sql")
        try Data("BEGIN;\n\(statement);\nSELECT pg_sleep(600);\n".utf8).write(to: script)
        let session = try ServerProcess.start(
            URL(filePath: "/usr/bin/env"), ["psql", database.url, "-qf", script.path],
            environment: ProcessInfo.processInfo.environment.merging(["PGAPPNAME": "blocker"]) { _, ours in ours },
            in: folder)
        try await eventually("the locks are held") {
            let holding = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'blocker' AND wait_event = 'PgSleep'"
            return try await self.rows(holding) == ["1"]
        }
        return session
    }

    /// Ends such a transaction without a trace.
    func unblock(_ session: ServerProcess) async throws {
        _ = try await rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'blocker'")
        await session.crash()
    }

    private func waitUntilReady() async throws {
        let api = self.api
        try await eventually(within: 40, "the API is ready") {
            try requireAlive(api)
            return (try? await self.deployment.client.get("/readyz").status) == 200
        }
    }

    /// Ends everything and removes what it left.
    func stop() async {
        for process in consumers + otherAPIs { await process.stop() }
        await api.stop()
        await broker.stop(within: .seconds(5))
        await database.drop()
        try? FileManager.default.removeItem(at: folder)
    }
}

/// Passes while the process lives.
private func requireAlive(_ process: ServerProcess) throws {
    if let status = process.status {
        throw DeploymentMissing(
            description: "\(process.name) ended with \(status): \(process.errors.suffix(2000))")
    }
}

/// The stack in whose scope the test runs.
func localStack() throws -> LocalStack {
    guard let current = LocalStack.current else {
        throw DeploymentMissing(description: "This test needs the .localStack trait.")
    }
    return current
}
