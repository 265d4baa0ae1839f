import ArgumentParser
import MillraceDomain

/// `millrace dead-letters list`
struct ListDeadLettersCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List dead letters, newest first.",
        discussion: "Archived jobs are not among them: see 'jobs list --state dead'.")

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var filter: DeadLetterOptions
    @Option(help: "At most so many.") var limit = 50

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        try await remote.withAPI { api in
            var table = Table("ID", "TYPE", "DIED", "WHERE", "KIND", "CODE", "MESSAGE")
            try await api.items("/dead-letters", query: filter.named, limit: limit) { letter in
                if remote.json { return Console.say(letter.text) }
                if let record = letter["record"] {
                    table.add(
                        record["id"]?.string, "record", record["created_at"]?.string, Self.place(of: record),
                        record["kind"]?.string, record["reason"]?["code"]?.string,
                        record["reason"]?["message"]?.string)
                } else if let job = letter["job"] {
                    table.add(
                        job["id"]?.string, "job", job["finished_at"]?.string, job["queue"]?.string,
                        job["kind"]?.string, job["last_error"]?["code"]?.string,
                        job["last_error"]?["message"]?.string)
                }
            }
            for line in table.lines { Console.say(line) }
        }
    }

    /// Topic, partition and offset of a record, as people write them.
    static func place(of record: JSONText) -> String {
        let (topic, partition) = (record["topic"]?.string ?? "?", record["partition"]?.text ?? "?")
        return "\(topic)[\(partition)]@\(record["offset"]?.text ?? "?")"
    }
}
