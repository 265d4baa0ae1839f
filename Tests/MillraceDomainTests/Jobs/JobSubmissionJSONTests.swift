import MillraceDomain
import TestKit
import Testing

struct JobSubmissionJSONTests {
    private func read(_ text: String, limits: SubmissionLimits = SubmissionLimits()) throws -> JobSubmission {
        try JobSubmission(json: JSONText(text), limits: limits)
    }

    /// The faults of a submission of kind `noop` with one member more.
    private func faults(_ member: String, limits: SubmissionLimits = SubmissionLimits()) throws -> [FieldError] {
        do { _ = try read(#"{"kind":"noop","# + member + "}", limits: limits) } catch DomainError.invalid(let faults) {
            return faults
        }
        return []
    }

    @Test func `a kind is enough`() throws {
        let submission = try read(#"{"kind":"noop"}"#)
        #expect(submission == JobSubmission(kind: JobKind(stored: "noop")))
        #expect(submission.payload == .emptyObject && submission.metadata == .emptyObject)
        #expect(submission.queue == .default && submission.priority == 5)
        #expect(submission.id == nil && submission.runAt == nil && submission.maxAttempts == nil)
    }

    @Test func `every member is read`() throws {
        let submission = try read(
            #"{"id":"01890A5D-AC96-774B-BCCE-B302099A8057","kind":"mail.send","payload":[ 1.0 ],"queue":"bulk","#
                + #""run_at":"2026-11-21T10:30:00.123+01:00","expires_at":"2026-11-22T00:00:00Z","priority":9,"#
                + #""max_attempts":100,"timeout_ms":86400000,"retry":{"base_ms":1,"cap_ms":604800000,"#
                + #""max_age_ms":31536000000},"tags":["a","😀"],"metadata":{ "k":"v" }}"#)
        #expect(
            submission
                == JobSubmission(
                    id: JobID("01890a5d-ac96-774b-bcce-b302099a8057"), kind: JobKind(stored: "mail.send"),
                    payload: JSONText(stored: "[ 1.0 ]"), queue: QueueName(stored: "bulk"), runAt: ManualClock.start,
                    expiresAt: Timestamp("2026-11-22T00:00:00Z"), priority: 9, maxAttempts: 100,
                    timeout: .seconds(86_400),
                    retry: RetryOverride(base: .milliseconds(1), cap: .seconds(604_800), maxAge: .seconds(31_536_000)),
                    tags: ["a", "😀"], metadata: JSONText(stored: #"{ "k":"v" }"#)))
    }

    @Test func `a submission that names no queue waits in the one of its carrier`() throws {
        let carrier = QueueName(stored: "topic")
        let (plain, named) = (#"{"kind":"noop"}"#, #"{"kind":"noop","queue":"own"}"#)
        let limits = SubmissionLimits()
        #expect(try JobSubmission(json: JSONText(plain), queue: carrier, limits: limits).queue == carrier)
        #expect(try JobSubmission(json: JSONText(named), queue: carrier, limits: limits).queue.text == "own")
    }

    @Test(arguments: ["k", " ", "kunde 😀 \"7\"", String(repeating: "😀", count: 255)])
    func `an ordering key is 1 to 255 characters, kept as they are`(_ key: String) throws {
        var writer = JSONWriter()
        writer.value(key)
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(try read(#"{"kind":"noop","ordering_key":"# + text + "}").orderingKey == key)
    }

    /// Guards: an explicit null was taken for an absent payload and became an empty object.
    @Test(arguments: ["null", "0", "false", "\"\"", "[]", "{ }", "-0.0e0"])
    func `any JSON is a payload and kept as sent`(_ payload: String) throws {
        #expect(try read(#"{"kind":"noop","payload":"# + payload + "}").payload.text == payload)
    }

    @Test(arguments: [
        #""id":null"#, #""queue":null"#, #""run_at":null"#, #""expires_at":null"#, #""priority":null"#,
        #""max_attempts":null"#, #""timeout_ms":null"#, #""retry":null"#, #""tags":null"#, #""metadata":null"#,
        #""unique":null"#, #""ordering_key":null"#,
    ])
    func `null elsewhere is the same as nothing`(_ member: String) throws {
        #expect(try read(#"{"kind":"noop","# + member + "}") == JobSubmission(kind: JobKind(stored: "noop")))
    }

    @Test(
        arguments: [
            (#""id":"x""#, "/id", .invalidFormat), (#""id":1"#, "/id", .wrongType),
            (#""queue":"Bulk""#, "/queue", .invalidFormat), (#""queue":[]"#, "/queue", .wrongType),
            (#""run_at":"today""#, "/run_at", .invalidFormat), (#""run_at":1795253400"#, "/run_at", .wrongType),
            (#""expires_at":"2026-02-30T00:00:00Z""#, "/expires_at", .invalidFormat),
            (#""expires_at":true"#, "/expires_at", .wrongType),
            (#""priority":-1"#, "/priority", .outOfRange), (#""priority":10"#, "/priority", .outOfRange),
            (#""priority":5.5"#, "/priority", .wrongType), (#""priority":"5""#, "/priority", .wrongType),
            (#""max_attempts":0"#, "/max_attempts", .outOfRange),
            (#""max_attempts":101"#, "/max_attempts", .outOfRange),
            (#""max_attempts":1e-1"#, "/max_attempts", .wrongType), (#""timeout_ms":0"#, "/timeout_ms", .outOfRange),
            (#""timeout_ms":86400001"#, "/timeout_ms", .outOfRange), (#""timeout_ms":{}"#, "/timeout_ms", .wrongType),
            (#""retry":[]"#, "/retry", .wrongType), (#""retry":{"base_ms":0}"#, "/retry/base_ms", .outOfRange),
            (#""retry":{"base_ms":86400001}"#, "/retry/base_ms", .outOfRange),
            (#""retry":{"cap_ms":604800001}"#, "/retry/cap_ms", .outOfRange),
            (#""retry":{"max_age_ms":31536000001}"#, "/retry/max_age_ms", .outOfRange),
            (#""retry":{"cap_ms":"1"}"#, "/retry/cap_ms", .wrongType),
            (#""retry":{"caps":1}"#, "/retry/caps", .unknownMember),
            (#""tags":"a""#, "/tags", .wrongType), (#""tags":{}"#, "/tags", .wrongType),
            (#""tags":["a",1]"#, "/tags/1", .wrongType), (#""tags":[null]"#, "/tags/0", .wrongType),
            (#""tags":["a","b",""]"#, "/tags/2", .outOfRange), (#""tags":["\u0000"]"#, "/tags/0", .outOfRange),
            (#""metadata":[]"#, "/metadata", .wrongType), (#""metadata":{"a":1}"#, "/metadata/a", .wrongType),
            (#""metadata":{"a/b~":null}"#, "/metadata/a~1b~0", .wrongType),
            (#""unique":"k""#, "/unique", .wrongType), (#""unique":{}"#, "/unique/key", .missing),
            (#""unique":{"key":1}"#, "/unique/key", .wrongType), (#""unique":{"key":""}"#, "/unique/key", .outOfRange),
            (#""unique":{"key":"\u0000"}"#, "/unique/key", .outOfRange),
            (#""unique":{"key":"k","scope":"once"}"#, "/unique/scope", .invalidFormat),
            (#""unique":{"key":"k","scope":"window"}"#, "/unique/window_ms", .missing),
            (#""unique":{"key":"k","scope":"window","window_ms":0}"#, "/unique/window_ms", .outOfRange),
            (#""unique":{"key":"k","window_ms":5}"#, "/unique/window_ms", .unknownMember),
            (#""unique":{"key":"k","on_conflict":"ignore"}"#, "/unique/on_conflict", .invalidFormat),
            (#""unique":{"key":"k","ttl":1}"#, "/unique/ttl", .unknownMember),
            (#""ordering_key":"""#, "/ordering_key", .outOfRange), (#""ordering_key":7"#, "/ordering_key", .wrongType),
            (#""ordering_key":"\u0000""#, "/ordering_key", .outOfRange),
            ("\"ordering_key\":\"\(String(repeating: "😀", count: 256))\"", "/ordering_key", .outOfRange),
            (#""Kind":"noop""#, "/Kind", .unknownMember), (#""state":"queued""#, "/state", .unknownMember),
        ] as [(String, String, FieldError.Code)])
    func `a wrong member is told by its pointer`(_ member: String, _ pointer: String, _ code: FieldError.Code) throws {
        let faults = try faults(member)
        #expect(faults.map(\.pointer) == [pointer])
        #expect(faults.map(\.code) == [code])
    }

    @Test(arguments: [
        ("{}", FieldError.Code.missing), (#"{"kind":null}"#, .missing), (#"{"kind":"No op"}"#, .invalidFormat),
        (#"{"kind":7}"#, .wrongType),
    ])
    func `a kind is required, and its one fault is told once`(_ text: String, _ code: FieldError.Code) throws {
        let error = #expect(throws: DomainError.self) { try read(text) }
        guard case .invalid(let faults) = error else { return }
        #expect(faults.map(\.pointer) == ["/kind"] && faults.map(\.code) == [code])
    }

    @Test func `all faults are told at once, under the place of the submission`() throws {
        let json = try JSONText(#"{"queue":"Q","priority":77,"x":1}"#)
        let error = #expect(throws: DomainError.self) {
            try JobSubmission(json: json, at: "/jobs/7", limits: SubmissionLimits())
        }
        guard case .invalid(let faults) = error else { return }
        #expect(faults.map(\.pointer) == ["/jobs/7/queue", "/jobs/7/priority", "/jobs/7/kind", "/jobs/7/x"])
    }

    @Test(arguments: ["[]", "\"noop\"", "1", "null"])
    func `only an object is a submission`(_ text: String) {
        #expect(throws: DomainError.invalid([FieldError("", .wrongType, "must be an object")])) { try read(text) }
    }

    @Test func `payload, metadata and tags may be as large as promised and no larger`() throws {
        let limits = SubmissionLimits(maxPayloadBytes: 10)
        #expect(try faults(#""payload":"12345678""#, limits: limits) == [])
        #expect(try faults(#""payload":"123456789""#, limits: limits).map(\.code) == [.tooLarge])
        #expect(try faults(#""payload":"123456789""#, limits: limits).map(\.pointer) == ["/payload"])
        #expect(SubmissionLimits().maxPayloadBytes == 262_144)
        func metadata(_ bytes: Int) -> String {
            #""metadata":{"k":""# + String(repeating: "x", count: bytes - 8) + "\"}"
        }
        #expect(try faults(metadata(4096)) == [])
        #expect(try faults(metadata(4097)).map(\.code) == [.tooLarge])
        func tags(_ count: Int) -> String {
            #""tags":["# + Array(repeating: "\"t\"", count: count).joined(separator: ",") + "]"
        }
        #expect(try faults(tags(20)) == [])
        #expect(try faults(tags(21)).map(\.code) == [.tooLong])
        #expect(try faults(#""tags":[""# + String(repeating: "é", count: 64) + "\"]") == [])
        #expect(try faults(#""tags":[""# + String(repeating: "é", count: 65) + "\"]").map(\.code) == [.outOfRange])
    }

    @Test(
        arguments: [
            (#"{"key":"k"}"#, UniqueClaim(key: "k", scope: .active, onConflict: .return)),
            (
                #"{"key":"é","scope":"forever","on_conflict":"reject"}"#,
                UniqueClaim(key: "é", scope: .forever, onConflict: .reject)
            ),
            (
                #"{"key":"k","scope":"window","window_ms":31536000000,"on_conflict":"replace"}"#,
                UniqueClaim(key: "k", scope: .window(.seconds(31_536_000)), onConflict: .replace)
            ),
            (#"{"key":"k","scope":"active","window_ms":null,"on_conflict":null}"#, UniqueClaim(key: "k")),
        ])
    func `a claim is read with its defaults, and what is written of it is read again`(
        _ json: String, _ claim: UniqueClaim
    ) throws {
        #expect(try read(#"{"kind":"noop","unique":"# + json + "}").unique == claim)
        #expect(try UniqueClaim(claim.json) == claim)
    }
}
