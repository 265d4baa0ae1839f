import MillraceDomain

enum Examples {
    /// Some 300 bytes.
    static let submission = Array(
        #"{"kind":"noop","payload":{"number":42,"text":"\#(String(repeating: "x", count: 270))"}}"#.utf8)
    static let token = "mr_" + String(repeating: "a", count: 43)
    static let id = "01934d0e-7a4b-7c3d-9e2f-112233445566"

    struct Submission: Decodable {
        struct Payload: Decodable {
            let number: Int
            let text: String
        }

        let kind: String
        let payload: Payload
    }

    /// About what the answer to a submission has in it.
    static func answer() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        for name in ["id", "owner_id"] {
            json.name(name)
            json.value(id)
        }
        for name in ["kind", "queue", "state"] {
            json.name(name)
            json.value("default")
        }
        for name in ["run_at", "created_at"] {
            json.name(name)
            json.value(Timestamp(microseconds: 1_795_000_000_123_456))
        }
        for name in ["expires_at", "timeout_ms", "started_at", "finished_at", "last_error", "result"] {
            json.name(name)
            json.null()
        }
        json.name("payload")
        json.value(JSONText(stored: submission))
        json.endObject()
        return json.bytes
    }
}

/// A store with one token.
struct OneToken: TokenRepository {
    func audited(_ note: AuditNote) -> OneToken { self }

    func create(
        id: TokenID, userID: UserID, request: TokenRequest, digest: TokenDigest
    ) async throws(DomainError) -> APIToken { throw .failure }

    func bearer(of digest: TokenDigest) async throws(DomainError) -> TokenBearer? {
        let user = UserID(UniqueID(high: 1, low: 2))
        return TokenBearer(caller: Caller(userID: user, scopes: [.jobsWrite]), validFor: nil)
    }

    func list(userID: UserID) async throws(DomainError) -> [APIToken] { [] }

    func revoke(_ id: TokenID, userID: UserID) async throws(DomainError) {}
}
