import Foundation

/// A running Millrace as its users see it: an address, a token and a broker. Nothing else is known of it.
struct Deployment: Sendable {
    /// Where the API answers, without a trailing slash.
    let baseURL: String
    /// An administrator's token.
    let token: String
    /// The broker's bootstrap address; nil where the tests cannot reach one.
    let kafkaBrokers: String?
    /// The prefix of the topics.
    let topicPrefix: String

    /// The deployment that the tests are running against.
    @TaskLocal static var current: Deployment?

    /// The one named by `BASE_URL`, `TOKEN` and `KAFKA_BROKERS`, as `make e2e` passes them; nil without `BASE_URL`.
    static var fromEnvironment: Deployment? {
        let environment = ProcessInfo.processInfo.environment
        guard let baseURL = environment["BASE_URL"], !baseURL.isEmpty else { return nil }
        return Deployment(
            baseURL: baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL,
            token: environment["TOKEN"] ?? "", kafkaBrokers: environment["KAFKA_BROKERS"],
            topicPrefix: environment["KAFKA_TOPIC_PREFIX"] ?? "millrace")
    }

    /// A client that bears the deployment's token.
    var client: APIClient { APIClient(baseURL: baseURL, token: token) }

    /// A name that no other test and no earlier run has used, within the rules for queues and kinds.
    static func uniqueName(_ stem: String) -> String {
        "\(stem)-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    }
}

/// What stops a test before it has begun.
struct DeploymentMissing: Error, CustomStringConvertible {
    let description: String
}

/// The deployment in whose scope the test runs.
func deployment() throws -> Deployment {
    guard let current = Deployment.current else {
        throw DeploymentMissing(description: "This test needs the .deployment or the .localStack trait.")
    }
    return current
}
