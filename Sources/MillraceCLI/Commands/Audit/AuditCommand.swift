import ArgumentParser
import MillraceDomain

/// `millrace audit`
struct AuditCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "List who changed what, newest first.", discussion: RemoteOptions.discussion)

    @OptionGroup var remote: RemoteOptions
    @Option(help: "Only by this user or token (id), or process (bootstrap, system, …).") var actor: String?
    @Option(help: "Only this action, such as token.revoke.") var action: String?
    @Option(help: "Only what was done to this: a type, or type:id.") var subject: String?
    @Option(help: "Only since this time.") var since: String?
    @Option(help: "Only before this time.") var until: String?
    @Option(help: "At most so many.") var limit = 50

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        try await remote.withAPI { api in
            var table = Table("AT", "ACTION", "SUBJECT", "ACTOR", "RESULT", "REQUEST")
            try await api.items("/audit", query: query, limit: limit) { entry in
                if remote.json { return Console.say(entry.text) }
                let actor = entry["actor"]?["user_id"]?.string ?? entry["actor"]?["name"]?.string
                let subject = [entry["subject"]?["type"]?.string, entry["subject"]?["id"]?.string]
                table.add(
                    entry["at"]?.string, entry["action"]?.string, subject.compactMap(\.self).joined(separator: ":"),
                    actor, entry["result"]?.string, entry["request_id"]?.string)
            }
            for line in table.lines { Console.say(line) }
        }
    }

    private var query: [(String, String?)] {
        [("actor", actor), ("action", action), ("subject", subject), ("since", since), ("until", until)]
    }
}
