import HTTPTypes
import MillraceDomain
import NIOCore
import Testing

@testable import MillraceAPI

struct HostileInputTests {
    @Test(.timeLimit(.minutes(1)), arguments: HostileInput.all)
    func `it is refused with the right problem, and the next request is served`(input: HostileInput) async throws {
        let api = TestAPI()
        let admin = try await api.bearer("admin", [.admin])
        let target = input.target.replacing("TOKEN", with: admin.token)
        let reply = try await api.send(
            input.method, target, input.fields(admin.token), input.body.map { ByteBuffer(bytes: $0) })
        #expect(reply.status == input.status)
        #expect(reply["code"] == input.code)
        #expect(reply.pointers == input.pointers)
        #expect(reply.headers[.contentType] == "application/problem+json")
        #expect(reply["request_id"] == "test")
        #expect(!reply.body.contains(admin.token))
        let next = try await api.call(.post, "/api/v1/jobs", as: admin, #"{"kind":"mail"}"#)
        #expect(next.status == 202)
    }

    @Test func `there are more than enough of them, each another`() {
        #expect(HostileInput.all.count >= 500)
        #expect(Set(HostileInput.all.map(\.bytes)).count == HostileInput.all.count)
    }

    @Test(arguments: [
        "application/json", "Application/JSON", "application/json; charset=UTF-8", "application/json;charset=\"utf-8\"",
    ])
    func `JSON is JSON however its type is spelt`(type: String) async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        let reply = try await api.call(
            .post, "/api/v1/jobs", as: ada, #"{"kind":"mail"}"#, headers: [.contentType: type])
        #expect(reply.status == 202)
    }
}
