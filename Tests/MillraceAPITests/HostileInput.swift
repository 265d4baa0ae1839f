import HTTPTypes
import Testing

@testable import MillraceAPI

/// A request that must be refused, and how.
struct HostileInput: Sendable, CustomTestStringConvertible {
    let method: HTTPRequest.Method
    let target: String
    let body: [UInt8]?
    let headers: HTTPFields
    let status: Int
    let code: String
    let pointers: [String]

    var testDescription: String {
        "\(method.rawValue) \(target.prefix(60)) \(String(decoding: (body ?? []).prefix(60), as: UTF8.self))"
    }

    init(
        _ method: HTTPRequest.Method, _ target: String, _ body: String?, headers: HTTPFields = [:], _ status: Int,
        _ code: ProblemCode, _ pointers: String...
    ) {
        self.init(method, target, bytes: body.map { Array($0.utf8) }, headers: headers, status, code, pointers)
    }

    init(
        _ method: HTTPRequest.Method, _ target: String, bytes: [UInt8]?, headers: HTTPFields = [:], _ status: Int,
        _ code: ProblemCode, _ pointers: [String] = []
    ) {
        self.method = method
        self.target = target.hasPrefix("/") ? target : "/api/v1/\(target)"
        self.body = bytes
        self.headers = headers
        self.status = status
        self.code = code.rawValue
        self.pointers = pointers
    }

    /// A job that is wrong at one place.
    static func job(_ members: String, _ pointers: String...) -> HostileInput {
        HostileInput(
            .post, "jobs", bytes: Array("{\"kind\":\"mail\",\(members)}".utf8), 400, .validationFailed, pointers)
    }

    /// A body that is not JSON.
    static func text(_ body: String) -> HostileInput {
        HostileInput(.post, "jobs", body, 400, .malformedRequest)
    }

    /// A user that is wrong at one place.
    static func user(_ body: String, _ pointers: String...) -> HostileInput {
        HostileInput(.post, "users", bytes: Array(body.utf8), 400, .validationFailed, pointers)
    }

    /// A list whose query is wrong at one place.
    static func query(_ query: String, _ pointers: String...) -> HostileInput {
        HostileInput(.get, "jobs?\(query)", bytes: nil, 400, .validationFailed, pointers)
    }
}
