/// Where the parts of a development stack are, and what each is told about the others.
struct DevAddresses: Sendable {
    let ports: DevPorts
    let databaseURL: String
    let brokers: String
    let token: String
    let directory: DevDirectory
    /// Whether the broker is the development broker, which wants to be asked often.
    let isOwnBroker: Bool

    var baseURL: String { "http://127.0.0.1:\(ports.http)" }

    /// What scripts find in `.dev/env`.
    var file: EnvironmentFile {
        EnvironmentFile(values: [
            ("BASE_URL", baseURL),
            ("TOKEN", token),
            ("KAFKA_BROKERS", brokers),
            ("DATABASE_URL", databaseURL),
            ("API_ADMIN_URL", "http://127.0.0.1:\(ports.apiAdmin)"),
            ("CONSUMER_ADMIN_URL", "http://127.0.0.1:\(ports.consumerAdmin)"),
        ])
    }

    func apiEnvironment(over environment: [String: String]) -> [String: String] {
        var result = common(environment)
        result["HTTP_HOST"] = "127.0.0.1"
        result["HTTP_PORT"] = "\(ports.http)"
        result["ADMIN_PORT"] = "\(ports.apiAdmin)"
        result["BOOTSTRAP_TOKEN"] = token
        return result
    }

    func consumerEnvironment(over environment: [String: String]) -> [String: String] {
        var result = common(environment)
        result["ADMIN_PORT"] = "\(ports.consumerAdmin)"
        result["BOOTSTRAP_TOKEN"] = nil
        return result
    }

    /// Our own environment, so that every setting can be given to `make run`, with the addresses of the stack in it.
    private func common(_ environment: [String: String]) -> [String: String] {
        var result = environment
        result["POSTGRES_URL"] = nil
        result["PORT"] = nil
        result["DATABASE_URL"] = databaseURL
        result["KAFKA_BROKERS"] = brokers
        result["ADMIN_HOST"] = "127.0.0.1"
        let defaults = [
            "USERS_IMPORT_DIRECTORY": directory.importDirectory,
            // Receivers under development live on this machine.
            "WEBHOOKS_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8,::1/128",
            "LOG_FORMAT": "text",
        ]
        result.merge(defaults) { given, _ in given }
        if isOwnBroker { result.merge(DevBroker.clientEnvironment) { given, _ in given } }
        if result["HANDLERS_FILE"] == nil, PrivateFile.read(directory.handlersFile) != nil {
            result["HANDLERS_FILE"] = directory.handlersFile
        }
        return result
    }

    /// What the person who started it reads.
    var greeting: String {
        """

        Millrace is ready.
          API       \(baseURL)
          Kafka     \(brokers)
          Postgres  \(databaseURL)
          Token     \(token)
          (for scripts: . .dev/env)

        A job by HTTP:
          curl -s \(baseURL)/api/v1/jobs -H 'Authorization: Bearer \(token)' \\
            -H 'Content-Type: application/json' -d '{"kind":"noop"}'
        A job by Kafka:
          echo '{}' | kcat -P -b \(brokers) -t millrace.jobs.default -H ce_specversion=1.0 \\
            -H ce_id=$(date +%s%N) -H ce_source=/hello -H ce_type=noop -H content-type=application/json

        Ctrl-C stops everything.

        """
    }
}
