import MillraceDomain
import TestKit
import Testing

@testable import MillraceDynamoDB

@Suite struct `Archive trim` {
    @Test func `an item that fits is left alone`() {
        let item: Item = ["result": .string(String(repeating: "x", count: 300_000)), "n": .number(1)]
        #expect(ArchiveTrim.fitted(item) == item)
    }

    @Test func `the payload is trimmed only when trimming the result is not enough`() {
        let long = AttributeValue.string(String(repeating: "ż\"", count: 150_000))
        let trimmed = ArchiveTrim.fitted(["result": long, "payload": .string("short")])
        #expect(trimmed["result"] != long && trimmed["payload"] == .string("short"))
        let both = ArchiveTrim.fitted(["result": long, "payload": long])
        #expect(both["result"] != long && both["payload"] != long)
        #expect(ArchiveTrim.size(both) < 40_000)
    }

    @Test func `a trimmed document is a document that says so`() throws {
        let document = JSONText(stored: "\"" + String(repeating: "🧵\\n", count: 9_000) + "\"")
        let mark = try JSONText(ArchiveTrim.trimmed(document.text)).member("millrace_trimmed")
        #expect(mark?.member("bytes")?.integer == Int64(document.bytes.count))
        let head = try #require(mark?.member("head")?.string)
        #expect(document.text.hasPrefix(head) && (8_180...8_192).contains(head.utf8.count))
    }

    @Test func `the oldest attempts' messages are cut first, and all attempts stay`() throws {
        let archived = Self.archived(attempts: 300, messageBytes: 1900)
        let item = ArchiveItem.encode(archived)
        #expect(ArchiveTrim.size(item) <= ArchiveTrim.maxItemBytes)
        let kept = try ArchiveItem.decode(item).attempts
        #expect(kept.count == 300 && kept.last == archived.attempts.last)
        #expect(kept.first?.error?.code == "broken")
        #expect(kept.first?.error?.message.hasSuffix("… (millrace_trimmed)") == true)
        #expect(kept.first?.error.map { $0.message.utf8.count < 200 } == true)
    }

    @Test func `then the oldest attempts are left out, and the last of them says so`() throws {
        let archived = Self.archived(attempts: 4000, messageBytes: 100)
        let item = ArchiveItem.encode(archived)
        #expect(ArchiveTrim.size(item) <= ArchiveTrim.maxItemBytes)
        #expect(ArchiveTrim.size(item) > ArchiveTrim.maxItemBytes - 1024)
        let kept = try ArchiveItem.decode(item).attempts
        let mark = try #require(kept.first?.error)
        #expect(mark.code == "millrace_trimmed")
        #expect(mark.message == "The oldest \(4000 - kept.count + 1) attempts were not kept.")
        #expect(kept.dropFirst() == archived.attempts.suffix(kept.count - 1))
    }

    private static func archived(attempts: Int, messageBytes: Int) -> ArchivedJob {
        var archived = JobArchiveContract.finished(1)
        archived.attempts = (1...attempts).map { number in
            JobAttempt(
                attempt: number, generation: 0, startedAt: ManualClock.start, finishedAt: ManualClock.start,
                outcome: .failed,
                error: JobErrorRecord(
                    code: "broken", message: String(repeating: "x", count: messageBytes), at: ManualClock.start),
                consumer: "consumer-\(number)")
        }
        return archived
    }

    @Test func `sizes are counted as DynamoDB counts them or more`() {
        #expect(ArchiveTrim.size(["ab": .string("ż")]) == 4)
        #expect(ArchiveTrim.size(["a": .list([.null, .bool(true)])]) == 1 + 3 + 4)
        #expect(ArchiveTrim.size(["a": .map(["b": .number(12)])]) == 1 + 3 + 1 + 1 + 3)
        #expect(ArchiveTrim.size(["a": .binary([1, 2]), "s": .stringSet(["x", "yz"])]) == 1 + 2 + 1 + 3)
    }
}
