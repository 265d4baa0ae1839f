import ArgumentParser
import MillraceDomain

/// `millrace jobs list`
struct ListJobsCommand: RemoteCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List jobs, newest first.")

    @OptionGroup var remote: RemoteOptions
    @Option(help: "Only jobs in this state.") var state: String?
    @Option(help: "Only jobs of this queue.") var queue: String?
    @Option(help: "Only jobs of this kind.") var kind: String?
    @Option(help: "Only jobs with this tag.") var tag: String?
    @Option(help: "Only jobs with this ordering key.") var orderingKey: String?
    @Option(help: "Only jobs of this user.") var ownerID: RemoteID?
    @Option(help: "At most so many.") var limit = 50

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        try await remote.withAPI { api in
            var table = Table("ID", "STATE", "QUEUE", "KIND", "ATTEMPT", "CREATED", "ERROR")
            try await api.items("/jobs", query: query, limit: limit) { job in
                if remote.json { return Console.say(job.text) }
                table.add(
                    job["id"]?.string, job["state"]?.string, job["queue"]?.string, job["kind"]?.string,
                    job["attempt"]?.text, job["created_at"]?.string, job["last_error"]?["code"]?.string)
            }
            for line in table.lines { Console.say(line) }
        }
    }

    private var query: [(String, String?)] {
        [
            ("state", state), ("queue", queue), ("kind", kind), ("tag", tag), ("ordering_key", orderingKey),
            ("owner_id", ownerID?.text),
        ]
    }
}
