import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct DomainErrorTableTests {
    private static let fault = FieldError("/x", .tooLong, "must be shorter")

    /// Every error there is; the conflicts, resources and scopes come from their own lists.
    private static let table: [(DomainError, Int, String)] =
        [
            (.invalid([fault]), 400, "validation_failed"),
            (.uniqueConflict(JobID(SequentialIDs.id(1))), 409, "unique_conflict"),
            (.quotaExceeded(QuotaExcess(resource: .liveJobs, limit: 7, used: 7)), 429, "quota_exceeded"),
            (.idempotencyMismatch, 422, "idempotency_mismatch"),
            (.stale, 412, "precondition_failed"),
            (.unauthenticated, 401, "unauthenticated"),
            (.unavailable, 503, "unavailable"),
            (.ambiguous, 503, "outcome_unknown"),
            (.failure, 500, "internal_error"),
        ] + DomainError.Resource.allCases.map { (.notFound($0), 404, "not_found") }
        + DomainError.Conflict.allCases.map { (.conflict($0), 409, $0.rawValue) }
        + Scope.allCases.map { (.forbidden($0), 403, "forbidden") }

    @Test(arguments: table)
    func `a domain error has one status and one code`(error: DomainError, status: Int, code: String) {
        let problem = Problem(error)
        #expect(problem.code.status == status)
        #expect(problem.code.rawValue == code)
        #expect((problem.headers[.retryAfter] != nil) == [429, 503].contains(status))
        #expect((problem.headers[.wwwAuthenticate] != nil) == (status == 401))
        #expect(problem.faults == (status == 400 ? [Problem.Fault(Self.fault)] : []))
    }

    @Test(arguments: table)
    func `a failing store answers with the problem of its error`(error: DomainError, status: Int, code: String)
        async throws
    {
        let api = TestAPI(jobs: FailingJobs(error: error))
        let ada = try await api.bearer()
        let reply = try await api.call(.get, "/api/v1/jobs/\(ada.user.id)", as: ada)
        #expect(reply.status == status)
        #expect(reply["code"] == code)
        #expect(reply["request_id"] == "test")
        #expect(reply["instance"] == "/api/v1/jobs/\(ada.user.id)")
        #expect(reply["type"] == "/problems/\(code)")
        #expect(reply.headers[.contentType] == "application/problem+json")
    }

    @Test func `more faults than help anybody are left out`() async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        let members = (0..<500).map { "\"x\($0)\":0" }.joined(separator: ",")
        let reply = try await api.call(.post, "/api/v1/jobs", as: ada, "{\"kind\":\"mail\",\(members)}")
        #expect(reply.status == 400)
        #expect(reply["detail"] == "500 values are not allowed.")
        #expect(reply.pointers.count == 100)
    }

    @Test func `a store that is down is unavailable, not unauthenticated`() async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        api.store.setOutage(.unavailable)
        let reply = try await api.call(.get, "/api/v1/jobs", as: ada)
        #expect(reply.status == 503)
        #expect(reply.headers[.retryAfter] == "1")
    }
}
