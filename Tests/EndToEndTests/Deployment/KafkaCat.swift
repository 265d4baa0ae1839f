import Foundation

/// Produces records with kcat, a client that has nothing of ours in it.
struct KafkaCat: Sendable {
    let brokers: String

    /// Produces one record with each line of `values`.
    func produce(
        topic: String, values: [String], key: String? = nil, headers: [String: String] = [:], partition: Int? = nil
    ) async throws {
        var arguments = ["-b", brokers, "-t", topic, "-P", "-X", "message.timeout.ms=20000"]
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { arguments += ["-H", "\(name)=\(value)"] }
        if let key { arguments += ["-k", key] }
        if let partition { arguments += ["-p", String(partition)] }
        let lines = values.map { $0 + "\n" }.joined()
        try await Command(program: "kcat", arguments: arguments, input: Data(lines.utf8)).succeed()
    }

    /// Everything on a topic, a record a line: its headers and its value. Empty while there is no such topic.
    func records(of topic: String) async throws -> [String] {
        let arguments = ["-b", brokers, "-t", topic, "-C", "-o", "beginning", "-e", "-q", "-f", "%h %s\\n"]
        return try await Command(program: "kcat", arguments: arguments).run().text
            .split(separator: "\n").map(String.init)
    }

    /// Produces one record as a CloudEvent in binary mode.
    func produce(
        topic: String, event id: String, source: String, type: String, payload: String,
        extensions: [String: String] = [:]
    ) async throws {
        var headers = [
            "ce_specversion": "1.0", "ce_id": id, "ce_source": source, "ce_type": type,
            "content-type": "application/json",
        ]
        for (name, value) in extensions { headers["ce_\(name)"] = value }
        try await produce(topic: topic, values: [payload], headers: headers)
    }
}
