import MillraceConfiguration
import Testing

@Suite struct `A bad configuration` {
    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: [String] = []
        var environment: [String: String] = [:]
        let says: String
        var testDescription: String { says }
    }

    @Test(arguments: [
        Case(
            environment: ["PORT": "abc"],
            says: #"http.port (environment variable PORT): "abc" is not a whole number from 0 to 65535"#),
        Case(
            environment: ["HTTP_PORT": "65536"],
            says: #"http.port (environment variable HTTP_PORT): "65536" is not a whole number from 0 to 65535"#),
        Case(
            arguments: ["--http-port=x"],
            says: #"http.port (flag --http-port): "x" is not a whole number from 0 to 65535"#),
        Case(
            environment: ["ARCHIVE_STORE": "tape"],
            says: #"archive.store (environment variable ARCHIVE_STORE): "tape" is not one of postgres, dynamodb, none"#),
        Case(
            environment: ["KAFKA_TRUST_OWNER_HEADER": "maybe"],
            says: #"kafka.trustOwnerHeader (environment variable KAFKA_TRUST_OWNER_HEADER): "#
                + #""maybe" is not true or false"#),
        Case(
            environment: ["KAFKA_BROKERS": "localhost"],
            says: #"kafka.brokers (environment variable KAFKA_BROKERS): "localhost" is not a list of host:port"#),
        Case(
            environment: ["WEBHOOKS_ALLOW_PRIVATE_NETWORKS": "10.0.0.0/33"],
            says: #"webhooks.allowPrivateNetworks (environment variable WEBHOOKS_ALLOW_PRIVATE_NETWORKS): "#
                + #""10.0.0.0/33" is not a list of networks like 10.0.0.0/8 or fd00::/8"#),
        Case(
            environment: ["POSTGRES_POOL_MIN": "9", "POSTGRES_POOL_MAX": "3"],
            says: "postgres.pool.min (environment variable POSTGRES_POOL_MIN): is larger than postgres.pool.max (3)"),
        Case(
            environment: ["WORKER_RENEW_MS": "5000"],
            says: "worker.renewMs (environment variable WORKER_RENEW_MS): must be less than half of worker.leaseMs"),
        Case(
            environment: ["USERS_IMPORT_DIRECTORY": "here"],
            says: #"users.import.directory (environment variable USERS_IMPORT_DIRECTORY): "#
                + #""here" is not an absolute path"#),
        Case(
            environment: ["HTTP_CORS_ORIGINS": "https://app.example.org,*"],
            says: "http.cors.origins (environment variable HTTP_CORS_ORIGINS): "
                + #""https://app.example.org,*" is not a list of origins like https://app.example.org"#),
        Case(
            environment: ["HTTP_TLS_KEY_FILE": "/k.pem"],
            says: "http.tls.certificateFile: is missing; http.tls.keyFile is set"),
        Case(
            environment: ["HTTP_TLS_CERTIFICATE_FILE": "/c.pem"],
            says: "http.tls.keyFile: is missing; http.tls.certificateFile is set"),
        Case(environment: ["DATABASE_URL": ""], says: "postgres.url: is missing; set DATABASE_URL or POSTGRES_URL"),
        Case(environment: ["KAFKA_BROKERS": ""], says: "kafka.brokers: is missing; set KAFKA_BROKERS"),
        Case(arguments: ["--http.prot=1"], says: "--http.prot (command line): is not a known flag"),
        Case(
            arguments: ["serve"],
            says: "serve (command line): is not a flag; flags look like --http.port=8080"),
        Case(
            arguments: ["-postgres.url=postgres://me:secret@h/x"],
            says: "-postgres.url (command line): is not a flag; flags look like --http.port=8080"),
        Case(
            arguments: ["postgres://me:secret@h/x"],
            says: "an argument (command line): is not a flag; flags look like --http.port=8080"),
        Case(arguments: ["--port=1", "--http.port=2"], says: "--http.port (command line): is given twice"),
        Case(
            environment: ["MILLRACE_CONFIG": "/nowhere/millrace.yaml"],
            says: "MILLRACE_CONFIG (file /nowhere/millrace.yaml): cannot be read"),
    ])
    func `names key and source`(bad: Case) {
        #expect(problems(.api, bad.arguments, bad.environment) == [bad.says])
    }

    @Test func `is reported whole, not problem by problem`() {
        let found = problems(.consumer, ["--nope=1"], ["PORT": "x", "LOG_LEVEL": "loud"])
        #expect(found.count == 3)
    }

    @Test(arguments: [
        ("http:\n  prot: 1\n", "http.prot (file PATH): is not a known key"),
        ("http:\n  port: [1]\n", "http.port (file PATH): is not a whole number from 0 to 65535"),
        ("http:\n  port: x\n", #"http.port (file PATH): "x" is not a whole number from 0 to 65535"#),
        ("http:\n  port:\n", "http.port (file PATH): has no value"),
        ("http: 1\n", "http (file PATH): is not a known key"),
        ("- 1\n", "MILLRACE_CONFIG (file PATH): is not a mapping of keys to values"),
        ("handlers: 3\n", "handlers (file PATH): is not a known key"),
    ])
    func `in a file names key and file`(text: String, says: String) throws {
        try withFile(text) { (path) throws in
            let expected = says.replacing("PATH", with: path)
            #expect(problems(.api, [], ["MILLRACE_CONFIG": path]) == [expected])
        }
    }

    @Test(arguments: ["a: [1", "a: 1\na: 2\n", "\u{0}"])
    func `in a file that is not YAML names the file`(text: String) throws {
        try withFile(text) { (path) throws in
            let found = problems(.api, [], ["MILLRACE_CONFIG": path])
            #expect(found.count == 1)
            #expect(found.first?.hasPrefix("MILLRACE_CONFIG (file \(path)): is not YAML") == true)
        }
    }

    @Test(arguments: [
        "bootstrap:\n  token: \"hunter2\n", "bootstrap:\n\ttoken: hunter2\n", "bootstrap: {token: *hunter2}",
        "bootstrap: {token: hunter2, token: hunter2}", "bootstrap: {token: hunter2\n", "hunter2: hunter2: hunter2",
    ])
    func `in a file that is not YAML shows none of its text`(text: String) throws {
        try withFile(text) { (path) throws in
            let found = problems(.api, [], ["MILLRACE_CONFIG": path])
            #expect(found.count == 1)
            #expect(found.first?.contains("is not YAML: line ") == true, "\(found)")
            #expect(found.first?.contains("hunter2") == false, "\(found)")
        }
    }

    @Test func `never shows a secret`() throws {
        let found = problems(
            .api, [], ["BOOTSTRAP_TOKEN": "too-short", "DATABASE_URL": "mysql://root:hunter2@localhost"])
        #expect(
            found == [
                "postgres.url (environment variable DATABASE_URL): is not a postgres:// URL",
                "bootstrap.token (environment variable BOOTSTRAP_TOKEN): is not 32 or more visible ASCII characters, "
                    + "ending with its checksum if it is a token made here",
            ])
        let settings = try load(.api, [], ["DATABASE_URL": "postgres://me:hunter2@localhost/db"])
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!"\(settings)".contains("hunter2"))
        #expect(!String(reflecting: settings).contains("hunter2"))
        #expect(!dumped.contains("hunter2"))
    }

    @Test func `is one line when one thing is wrong`() {
        let error = ConfigurationError([.init(key: "http.port", source: "flag --port", reason: "is odd")])
        #expect(error.description == "bad configuration: http.port (flag --port): is odd")
        #expect(ConfigurationError.exitCode == 78)
    }

    @Test func `does not hold the command line back for want of Kafka`() throws {
        #expect(try load(.cli, [], ["KAFKA_BROKERS": ""]).kafka.brokers.isEmpty)
    }
}
