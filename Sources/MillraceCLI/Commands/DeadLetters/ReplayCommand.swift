import ArgumentParser
import MillraceDomain
import NIOHTTP1

/// `millrace dead-letters replay`
struct ReplayCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Run dead jobs again, and read dead records anew.",
        discussion: "Takes ids, filters, or --all. Oldest first; what dies meanwhile is not among them.")

    /// As many as one request takes.
    static let batch = 10_000

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var filter: DeadLetterOptions
    @Argument(help: "These dead letters only, at most 100; archived jobs are found by id alone.") var ids: [RemoteID] =
        []
    @Flag(help: "All of them.") var all = false
    @Flag(help: "Only tell what would happen.") var dryRun = false
    @Option(help: "At most so many.") var limit = 1_000
    @Option(help: "How many start a second; all at once unless given.") var rate: Int?

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
        if let rate, !(1...10_000).contains(rate) { throw ValidationError("--rate must be from 1 to 10000") }
        let isRestricted = !ids.isEmpty || filter.named.contains { $0.1 != nil }
        guard isRestricted != all else {
            throw ValidationError(
                all ? "--all goes with no filter" : "say which: ids, filters, or --all")
        }
    }

    func run() async throws {
        try await remote.withAPI { api in
            var total = ReplayTotal()
            var next: ReplayStep? = ReplayStep(filter: firstFilter)
            while let step = next, total.matched < limit {
                let body = step.body(limit: min(limit - total.matched, Self.batch), dryRun: dryRun, rate: rate)
                let answer = try await api.send(.POST, "/dead-letters/replay", body).object()
                if remote.json { Console.say(answer.text) }
                total.add(answer)
                next = ReplayStep(after: answer)
            }
            if !remote.json { for line in total.lines(dryRun: dryRun, isMore: next != nil) { Console.say(line) } }
            guard ids.isEmpty || total.matched > 0 else {
                throw CommandFailure("no dead letter has such an id", exitCode: RemoteFailure.noInput)
            }
        }
    }

    private var firstFilter: JSONText {
        var json = JSONWriter()
        json.beginObject()
        for case (let name, let value?) in filter.named {
            json.name(name)
            json.value(value)
        }
        if !ids.isEmpty {
            json.name("ids")
            json.beginArray()
            for id in ids { json.value(id.text) }
            json.endArray()
        }
        json.endObject()
        return JSONText(stored: json.bytes)
    }
}

/// One request of a replay that may take several.
struct ReplayStep {
    let filter: JSONText
    var cursor: String?
    var startAt: String?

    init(filter: JSONText) {
        self.filter = filter
    }

    /// What an answer leaves to be asked for; nil when nothing.
    init?(after answer: JSONText) {
        guard let cursor = answer["next_cursor"]?.string, let filter = answer["filter"] else { return nil }
        self.filter = filter
        self.cursor = cursor
        startAt = answer["next_start_at"]?.string
    }

    func body(limit: Int, dryRun: Bool, rate: Int?) -> JSONText {
        var json = JSONWriter()
        json.beginObject()
        json.name("filter")
        json.value(filter)
        json.name("limit")
        json.value(limit)
        json.name("dry_run")
        json.value(dryRun)
        if let rate {
            json.name("rate")
            json.value(rate)
        }
        if let startAt {
            json.name("start_at")
            json.value(startAt)
        }
        if let cursor {
            json.name("cursor")
            json.value(cursor)
        }
        json.endObject()
        return JSONText(stored: json.bytes)
    }
}

/// The counts of all requests of a replay.
struct ReplayTotal {
    private static let names = ["matched", "replayed", "duplicates", "still_unreadable", "skipped"]

    private var counts: [String: Int64] = [:]
    private var reasons: [String: Int64] = [:]

    var matched: Int { Int(counts["matched"] ?? 0) }

    mutating func add(_ answer: JSONText) {
        for name in Self.names { counts[name, default: 0] += answer[name]?.integer ?? 0 }
        for (code, count) in answer["reasons"]?.members ?? [] { reasons[code, default: 0] += count.integer ?? 0 }
    }

    func lines(dryRun: Bool, isMore: Bool) -> [String] {
        let words = Self.names.map { "\($0.replacing("_", with: " ")) \(counts[$0] ?? 0)" }
        var lines = [(dryRun ? "dry run: " : "") + words.joined(separator: ", ")]
        lines += reasons.sorted { $0.key < $1.key }.map { "  \(Table.harmless($0.key)) \($0.value)" }
        if isMore { lines.append("more are left: raise --limit") }
        return lines
    }
}
