import HTTPTypes
import Testing

@testable import MillraceAPI

/// A request that must be refused, and how.
struct HostileInput: Sendable, CustomTestStringConvertible {
    let method: HTTPRequest.Method
    let target: String
    let body: [UInt8]?
    /// `TOKEN` stands for a good token.
    let headers: HTTPFields
    let status: Int
    let code: String
    let pointers: [String]
    /// Whether a good token comes with it.
    var isSigned = true

    static let all: [HostileInput] = [json, jobs, users, ids, queries, cursors, paths, fields, tokens].flatMap { $0 }

    /// A user, a job or whatever else that nobody has.
    static let id = "00000000-0000-7000-8000-000000000001"
    static let long = String(repeating: "x", count: 300)

    var testDescription: String {
        let fields = headers.map { " \($0.name): \($0.value.prefix(40))" }.joined()
        return
            "\(method.rawValue) \(target.prefix(60))\(fields) \(String(decoding: (body ?? []).prefix(80), as: UTF8.self))"
    }

    /// All that is sent, to tell it from others.
    var bytes: [UInt8] {
        let fields = headers.map { "\($0.name): \($0.value)" }
        return Array("\(method.rawValue) \(target)\n\(isSigned)\n\(fields)\n".utf8) + (body ?? [])
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

    /// What is sent in front of the body, with this token.
    func fields(_ token: String) -> HTTPFields {
        var fields = headers
        for index in fields.indices { fields[index].value = fields[index].value.replacing("TOKEN", with: token) }
        if isSigned, fields[.authorization] == nil { fields[.authorization] = "Bearer \(token)" }
        if body != nil, fields[.contentType] == nil { fields[.contentType] = "application/json" }
        fields[.requestID] = "test"
        return fields
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

    /// A body that is not even text.
    static func octets(_ body: [UInt8]) -> HostileInput {
        HostileInput(.post, "jobs", bytes: body, 400, .malformedRequest)
    }

    /// A user that is wrong at one place.
    static func user(_ body: String, _ pointers: String...) -> HostileInput {
        HostileInput(.post, "users", bytes: Array(body.utf8), 400, .validationFailed, pointers)
    }

    /// A list whose query is wrong at one place.
    static func query(_ query: String, _ pointers: String...) -> HostileInput {
        HostileInput(.get, "jobs?\(query)", bytes: nil, 400, .validationFailed, pointers)
    }

    /// A path that leads nowhere.
    static func nowhere(_ path: String, _ method: HTTPRequest.Method = .get) -> HostileInput {
        HostileInput(method, path, nil, 404, .notFound)
    }

    /// A submission with one field that is wrong.
    static func field(_ name: HTTPField.Name, _ value: String, _ status: Int, _ code: ProblemCode) -> HostileInput {
        let pointers = code == .validationFailed ? [name.rawName] : []
        return HostileInput(
            .post, "jobs", bytes: Array(#"{"kind":"mail"}"#.utf8), headers: [name: value], status, code, pointers)
    }

    /// Credentials that are none; nil for no field at all.
    static func credentials(_ values: String..., on target: String = "jobs") -> HostileInput {
        var headers = HTTPFields()
        headers[values: .authorization] = values
        var input = HostileInput(.get, target, nil, headers: headers, 401, .unauthenticated)
        input.isSigned = false
        return input
    }
}
