import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Speaks to the API as any client would.
struct APIClient: Sendable {
    let baseURL: String
    let token: String?

    /// An answer, whole.
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: Data

        /// The body as a JSON object; empty when it is none.
        var object: [String: any Sendable] { Self.sendable(try? JSONSerialization.jsonObject(with: body)) }

        /// The `items` of a list.
        var items: [[String: any Sendable]] {
            let json = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any]
            return (json?["items"] as? [Any] ?? []).map(Self.sendable)
        }

        func string(_ member: String) -> String? { object[member] as? String }

        var text: String { String(decoding: body, as: UTF8.self) }

        /// Dictionaries of JSON hold values only: strings, numbers, arrays and dictionaries of them.
        private static func sendable(_ json: Any?) -> [String: any Sendable] {
            (json as? [String: Any] ?? [:]).compactMapValues { value in
                switch value {
                case let string as String: string
                case let number as NSNumber: number
                case let nested as [String: Any]: sendable(nested)
                case let list as [Any]: list.compactMap { $0 as? String }
                default: nil
                }
            }
        }
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", path, headers: headers)
    }

    func post(_ path: String, _ json: String? = nil, headers: [String: String] = [:]) async throws -> Answer {
        try await send("POST", path, json, headers: headers)
    }

    func delete(_ path: String) async throws -> Answer { try await send("DELETE", path) }

    func send(
        _ method: String, _ path: String, _ json: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : baseURL + path)
        request.method = HTTPMethod(rawValue: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let json {
            if !request.headers.contains(name: "Content-Type") {
                request.headers.add(name: "Content-Type", value: "application/json")
            }
            request.body = .bytes(ByteBuffer(string: json))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(70))
        let body = try await response.body.collect(upTo: 64 << 20)
        var answered: [String: String] = [:]
        for header in response.headers { answered[header.name.lowercased()] = header.value }
        return Answer(status: Int(response.status.code), headers: answered, body: Data(buffer: body))
    }
}

extension APIClient {
    /// Submits a job and gives its id.
    func submit(_ json: String) async throws -> String {
        let answer = try await post("/api/v1/jobs", json)
        guard answer.status == 202, let id = answer.string("id") else { throw UnexpectedAnswer(answer) }
        return id
    }

    /// The job once it is terminal, or as it stands after `seconds`.
    func settled(_ id: String, within seconds: Int = 30) async throws -> Answer {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let left = max(1, Int((deadline - ContinuousClock.now).components.seconds))
            let answer = try await get("/api/v1/jobs/\(id)", headers: ["Prefer": "wait=\(min(left, 20))"])
            guard answer.status == 200 else { throw UnexpectedAnswer(answer) }
            let isTerminal = ["succeeded", "dead", "cancelled", "expired"].contains(answer.string("state") ?? "")
            if isTerminal || ContinuousClock.now >= deadline { return answer }
        }
    }

    /// All jobs of a queue, every page of them.
    func jobs(inQueue queue: String, state: String? = nil) async throws -> [[String: any Sendable]] {
        var jobs: [[String: any Sendable]] = []
        var cursor: String?
        repeat {
            var path = "/api/v1/jobs?queue=\(queue)&limit=500"
            if let state { path += "&state=\(state)" }
            if let cursor { path += "&cursor=\(cursor)" }
            let page = try await get(path)
            guard page.status == 200 else { throw UnexpectedAnswer(page) }
            jobs += page.items
            cursor = page.string("next_cursor")
        } while cursor != nil
        return jobs
    }
}

/// An answer that the test cannot go on from.
struct UnexpectedAnswer: Error, CustomStringConvertible {
    let answer: APIClient.Answer

    init(_ answer: APIClient.Answer) {
        self.answer = answer
    }

    var description: String { "unexpected answer \(answer.status): \(answer.text)" }
}

/// Asks `isMet` again and again until it says yes; the limit is what makes the test fail, not what makes it pass.
func eventually(
    within seconds: Int = 30, _ what: String, _ isMet: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !isMet() {
        guard ContinuousClock.now < deadline else { throw NotInTime(what: what, seconds: seconds) }
        try await Task.sleep(for: .milliseconds(50))
    }
}

/// What did not happen.
struct NotInTime: Error, CustomStringConvertible {
    let what: String
    let seconds: Int

    var description: String { "not within \(seconds) s: \(what)" }
}
