import ArgumentParser
import FoundationEssentials
import MillraceDomain
import NIOHTTP1

/// `millrace dead-letters show`
struct ShowDeadLetter: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one dead letter, a record with its bytes.")

    @OptionGroup var remote: RemoteOptions
    @Argument(help: "The dead record or job.") var id: RemoteID
    @Flag(help: "Print the record's value, or the job's payload, and nothing else, byte for byte.") var raw = false

    func validate() throws {
        if raw, remote.json { throw ValidationError("--raw and --json do not go together") }
    }

    func run() async throws {
        try await remote.withAPI { api in
            let letter = try await api.send(.GET, "/dead-letters/\(id.text)").object()
            if remote.json { return Console.say(letter.text) }
            if raw { return Console.emit(Self.raw(letter)) }
            if let job = letter["job"] { return JobLines.say(job, asJSON: false) }
            for line in Self.lines(of: letter["record"] ?? .emptyObject) { Console.say(line) }
        }
    }

    /// The record's value; the payload of a job.
    static func raw(_ letter: JSONText) -> [UInt8] {
        if let job = letter["job"] { return Array(job["payload"]?.bytes ?? []) }
        return bytes(letter["record"]?["value"]) ?? []
    }

    /// A record a member a line, its bytes as text where they are text.
    static func lines(of record: JSONText) -> [String] {
        var lines = [
            "id         \(record["id"]?.string ?? "?")",
            "reason     \(record["reason"]?["code"]?.string ?? "?"): "
                + Table.harmless(record["reason"]?["message"]?.string ?? ""),
            "place      \(ListDeadLettersCommand.place(of: record))",
            "timestamp  \(record["timestamp"]?.string ?? "-")",
            "owner      \(record["owner_id"]?.string ?? "-")",
            "died       \(record["created_at"]?.string ?? "?")",
            "key        \(shown(record["key"]))",
        ]
        for header in record["headers"]?.elements ?? [] {
            lines.append("header     \(Table.harmless(header["name"]?.string ?? "")): \(shown(header["value"]))")
        }
        lines.append("value      \(shown(record["value"]))")
        return lines
    }

    private static func bytes(_ base64: JSONText?) -> [UInt8]? {
        base64?.string.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
    }

    /// Bytes that are text on one line, or else their base64.
    private static func shown(_ base64: JSONText?) -> String {
        guard let base64, let bytes = bytes(base64) else { return "-" }
        let text = String(validating: bytes, as: UTF8.self)
        guard let text, text == Table.harmless(text) else { return "base64:\(base64.string ?? "")" }
        return text
    }
}
