import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

@Suite(.timeLimit(.minutes(2)))
struct HostileConnectionTests {
    private static let next = "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    /// What a connection says to some bytes, until it is closed.
    private static func exchange(_ text: [UInt8], _ port: Int) async throws -> String {
        let connection = try await RawConnection.open(port)
        // One that is closed meanwhile takes no more.
        try? await connection.send(text)
        let answer = try await connection.readToEnd()
        await connection.close()
        return answer
    }

    private static func serves(_ port: Int) async throws -> Bool {
        try await exchange(Array(next.utf8), port).hasPrefix("HTTP/1.1 200 OK")
    }

    @Test(arguments: HostileBytes.all)
    func `what is no request has one answer, and the next connection is served`(input: HostileBytes) async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        try await api.live { port in
            let answer = try await Self.exchange(
                Array((input.text.replacing("TOKEN", with: ada.token) + Self.next).utf8), port)
            #expect(answer.hasPrefix("HTTP/1.1 \(input.status) "), "\(answer.prefix(200))")
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
            #expect(answer.contains("application/problem+json"))
            #expect(!answer.contains(ada.token))
            #expect(try await Self.serves(port))
        }
        #expect(try await api.store.list(JobFilter(), page: PageRequest()).items.isEmpty)
    }

    @Test func `what is a request and cannot be done leaves its connection to the next one`() async throws {
        let api = TestAPI()
        let admin = try await api.bearer("admin", [.admin])
        try await api.live { port in
            for input in HostileInput.all {
                let answer = try await Self.exchange(input.request(admin.token) + Array(Self.next.utf8), port)
                #expect(
                    answer.hasPrefix("HTTP/1.1 \(input.status) "), "\(input.testDescription): \(answer.prefix(300))")
                let answers = answer.ranges(of: "HTTP/1.1 ").count
                let ends = answer.lowercased().contains("connection: close")
                #expect(answers == 2 || (answers == 1 && ends), "\(input.testDescription): \(answer.prefix(300))")
                #expect(try await Self.serves(port), "\(input.testDescription)")
            }
        }
        #expect(try await api.store.list(JobFilter(), page: PageRequest()).items.isEmpty)
    }

    @Test func `there are more than enough of them, each another`() {
        #expect(HostileBytes.all.count >= 35)
        #expect(Set(HostileBytes.all.map(\.text)).count == HostileBytes.all.count)
    }
}

extension HostileInput {
    /// The request as it goes over a connection.
    func request(_ token: String) -> [UInt8] {
        var head = "\(method.rawValue) \(target.replacing("TOKEN", with: token)) HTTP/1.1\r\nHost: x\r\n"
        for field in fields(token) { head += "\(field.name.rawName): \(field.value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        return Array("\(head)\r\n".utf8) + (body ?? [])
    }
}
