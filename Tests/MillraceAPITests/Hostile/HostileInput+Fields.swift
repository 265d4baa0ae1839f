import HTTPTypes

@testable import MillraceAPI

/// Header fields.
extension HostileInput {
    private static let badTypes: [String] = [
        "text/plain", "", "json", "/", "application/", "application/jsonx", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x", "application/json, text/plain", "application/problem+json",
        "application/json; charset=utf-16", "application/json; charset=\"latin1\"", "text/json", "*/*",
    ]

    private static let badKeys: [String] = [
        "", "\"", "\"a", "a\"", "\"a\" b", "a b", "a,b", "a;b", "\"\\x\"", "a\\", "\"\"",
        String(repeating: "x", count: 256),
    ]

    private static let badWishes: [String] = [
        "text/html", "application/json;q=0", "application/json;q=0.000", "application/xml, text/*", "image/*",
        "application/problem+json",
    ]

    private static let otherFields: [HostileInput] = [
        .init(.get, "/problems", nil, headers: [.accept: "application/json"], 406, .notAcceptable),
        .init(.get, "/openapi.yaml", nil, headers: [.accept: "application/json"], 406, .notAcceptable),
        .init(
            .put, "users/\(id)", "{}", headers: [.contentType: "application/merge-patch+json"], 415,
            .unsupportedMediaType),
        .init(
            .patch, "users/\(id)", "[]", headers: [.contentType: "application/json-patch+json"], 415,
            .unsupportedMediaType),
        .init(.post, "jobs/\(id)/retry", "{}", headers: [.contentType: "text/plain"], 415, .unsupportedMediaType),
        .init(.post, "jobs/\(id)/cancel", "x", headers: [.contentType: "text/plain"], 415, .unsupportedMediaType),
        .init(.get, "jobs", nil, headers: [.host: "other"], 400, .malformedRequest),
        .init(.post, "jobs", String(repeating: " ", count: 1_048_577), 413, .bodyTooLarge),
        .init(.put, "users/\(id)", String(repeating: "[", count: 1_048_577), 413, .bodyTooLarge),
    ]

    /// Fields that say what cannot be done.
    static let fields: [HostileInput] = [
        badTypes.map { .field(.contentType, $0, 415, .unsupportedMediaType) },
        ["gzip", "br", "deflate, gzip", "identity, gzip", "x"].map {
            .field(.contentEncoding, $0, 415, .unsupportedMediaType)
        },
        badKeys.map { .field(.idempotencyKey, $0, 400, .validationFailed) },
        badWishes.map { .init(.get, "jobs", nil, headers: [.accept: $0], 406, .notAcceptable) }, otherFields,
    ].flatMap { $0 }

    /// Credentials that let nobody in.
    static let tokens: [HostileInput] = [
        .credentials(), .credentials(""), .credentials("Bearer"), .credentials("TOKEN"),
        .credentials("Basic TOKEN"), .credentials("Token TOKEN"), .credentials("BearerTOKEN"),
        .credentials("Bearer:TOKEN"), .credentials("Bearer=TOKEN"), .credentials("Bearer \"TOKEN\""),
        .credentials("Bearer TOKEN TOKEN"), .credentials("Bearer TOKEN,Bearer TOKEN"), .credentials("Bearer TOKENx"),
        .credentials("Bearer xTOKEN"), .credentials("Bearer TOKEN="), .credentials("Bearer mr_"),
        .credentials("Bearer mr_\(String(repeating: "A", count: 43))"), .credentials("Bearer null"),
        .credentials("Bearer é"), .credentials("Bearer \(String(repeating: "x", count: 513))"),
        .credentials("Bearer \(String(repeating: "x", count: 7000))"), .credentials("Bearer ' OR 1=1 --"),
        .credentials("Bearer %00"), .credentials("Bearer TOKEN", "Bearer TOKEN"),
        .credentials("Bearer TOKEN", "Bearer x"),
        .credentials("Digest username=\"admin\""), .credentials("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."),
        .credentials(on: "jobs?access_token=TOKEN"), .credentials(on: "users"), .credentials(on: "kinds"),
        .credentials(on: "jobs/\(id)"), .credentials(on: "queues/default"), .credentials(on: "dead-letters"),
    ]
}
