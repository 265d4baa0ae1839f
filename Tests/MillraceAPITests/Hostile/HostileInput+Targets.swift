import HTTPTypes
import MillraceDomain

@testable import MillraceAPI

/// Paths and queries.
extension HostileInput {
    private static let badIDs: [String] = [
        "x", "0", "-1", "null", "undefined", "*", "..", "%2e%2e", "%2F", "%00", "%0D%0A", "\(id)0", "\(id)%00",
        "%20\(id)", "%7B\(id)%7D", "urn:uuid:\(id)", "\(id.dropLast())G", "\(id),\(id)", "1%27%20OR%20%271%27=%271",
        "$%7Bjndi:ldap:%2F%2Fx%2Fy%7D", "%F0%9F%98%80", long,
    ]

    private static let otherIDs: [HostileInput] = [
        .init(.post, "jobs/x/cancel", nil, 400, .validationFailed, "id"),
        .init(.post, "jobs/x/retry", nil, 400, .validationFailed, "id"),
        .init(.get, "jobs/x/attempts", nil, 400, .validationFailed, "id"),
        .init(.get, "users/me", nil, 400, .validationFailed, "id"),
        .init(.delete, "users/%00", nil, 400, .validationFailed, "id"),
        .init(.get, "operations/1", nil, 400, .validationFailed, "id"),
        .init(.get, "dead-letters/1", nil, 400, .validationFailed, "id"),
        .init(.delete, "users/\(id)/tokens/x", nil, 400, .validationFailed, "token_id"),
        .init(.get, "queues/A", nil, 400, .validationFailed, "name"),
        .init(.get, "queues/%00", nil, 400, .validationFailed, "name"),
        .init(.get, "queues/default%20", nil, 400, .validationFailed, "name"),
        .init(.post, "queues/a%2Fb/pause", nil, 400, .validationFailed, "name"),
        .init(.post, "queues/../resume", nil, 400, .validationFailed, "name"),
    ]

    /// Ids that are none.
    static let ids: [HostileInput] =
        badIDs.map { .init(.get, "jobs/\($0)", nil, 400, .validationFailed, "id") } + otherIDs

    private static let badPaths: [String] = [
        "/", "//", "/api/v1", "/api/v1/", "/api/v2/jobs", "/API/v1/jobs", "//api/v1/jobs", "/api//v1/jobs",
        "/api/v1/jobs/", "/api/v1/jobs//", "/api/v1/jobs;x=1", "/api/v1/jobs.json", "/api/v1/../v1/jobs",
        "/api/v1/%6Aobs", "/api/v1/jobs%2F\(id)", "/api/v1/jobs%3Flimit=1", "/api/v1/jobs%00", "/api/v1/jobs/%ff",
        "/api/v1/jobs/%zz", "/api/v1/jobs/%C0%AF", "/api/v1/jobs/\(id)/", "/api/v1/jobs/\(id)/attempts/1",
        "/.env", "/..%2f..%2fetc/passwd", "/problems/nothing-of-the-kind", "/metrics", "/livez/..", "/livez%20",
    ]

    private static let badMethods: [(HTTPRequest.Method, String)] = [
        (.delete, "jobs"), (.put, "jobs"), (.options, "jobs"), (.trace, "jobs"), (.get, "jobs/bulk"),
        (.post, "jobs/\(id)"), (.get, "jobs/\(id)/cancel"), (.post, "/livez"), (.put, "/openapi.yaml"),
        (.patch, "users/\(id)/tokens"),
    ]

    private static let longTargets: [String] = [
        "jobs?tag=\(String(repeating: "x", count: 9000))", "/\(String(repeating: "x", count: 9000))",
        "/\(String(repeating: "../", count: 3000))",
    ]

    /// Paths that are not what they look like, and methods that nothing is done by.
    static let paths: [HostileInput] =
        badPaths.map { .init(.get, $0, nil, 404, .notFound) }
        + badMethods.map { .init($0, $1, nil, 405, .methodNotAllowed) }
        + longTargets.map { .init(.get, $0, nil, 414, .targetTooLong) }

    /// Parameters that are wrong, unknown or given twice.
    static let queries: [HostileInput] = [
        .query("limit=0", "limit"), .query("limit=501", "limit"), .query("limit=-1", "limit"),
        .query("limit=x", "limit"), .query("limit=", "limit"), .query("limit=%2B5", "limit"),
        .query("limit=99999999999999999999", "limit"), .query("limit=5&limit=5", "limit"), .query("limit=5.0", "limit"),
        .query("limit=0x5", "limit"), .query("limit=%205", "limit"), .query("limit=5%00", "limit"),
        .query("limit", "limit"),
        .query("limit[]=5", "limit[]"), .query("limit=%D9%A5", "limit"),
        .query("state=gone", "state"), .query("state=", "state"), .query("state=Dead", "state"),
        .query("state=dead,queued", "state"), .query("state=dead%00", "state"),
        .query("queue=A", "queue"), .query("queue=%2e%2e", "queue"), .query("kind=%00", "kind"),
        .query("kind=*", "kind"),
        .query("tag=", "tag"), .query("tag=\(long)", "tag"), .query("tag=a%00", "tag"), .query("tag=a&tag=b", "tag"),
        .query("ordering_key=%00", "ordering_key"), .query("ordering_key=\(long)", "ordering_key"),
        .query("owner_id=me", "owner_id"), .query("owner_id=", "owner_id"),
        .query("created_after=yesterday", "created_after"), .query("created_after=0", "created_after"),
        .query("created_before=2026-11-21T10:30:00+01:00", "created_before"),
        .query("created_before=2026-02-30T00:00:00Z", "created_before"),
        .query("offset=5", "offset"), .query("Limit=5", "Limit"), .query("%6Cimit=0", "limit"), .query("=5", ""),
        .query("%zz=1", "%zz"), .query("tag=%ff", "tag"), .query("tag=%f", "tag"), .query("tag=%ED%A0%80", "tag"),
        .query("a=1&limit=0&state=x", "state", "limit", "a"), .query("limit=5;state=dead", "limit"),
        .query("access_token=TOKEN", "access_token"),
        .init(.get, "users?email=x", nil, 400, .validationFailed, "email"),
        .init(.get, "users?q=x", nil, 400, .validationFailed, "q"),
        .init(.get, "dead-letters?state=dead", nil, 400, .validationFailed, "state"),
        .init(.get, "dead-letters?type=both", nil, 400, .validationFailed, "type"),
        .init(.get, "dead-letters?code=%00", nil, 400, .validationFailed, "code"),
        .init(.get, "kinds?x=1", nil, 400, .validationFailed, "x"),
        .init(.get, "jobs/\(id)?wait=5", nil, 400, .validationFailed, "wait"),
        .init(.post, "jobs?atomic=true", #"{"kind":"mail"}"#, 400, .validationFailed, "atomic"),
        .init(.post, "jobs/bulk?atomic=TRUE", #"{"jobs":[]}"#, 400, .validationFailed, "atomic"),
        .init(.post, "jobs/bulk?atomic=true&atomic=false", #"{"jobs":[]}"#, 400, .validationFailed, "atomic"),
    ]

    private static let place = PagePosition(createdAt: Timestamp(microseconds: 1), id: UniqueID(high: 1, low: 2))
    /// Of the right form, but of a list that nobody has.
    private static let foreign = Cursor.encode(place, filter: ["/api/v1/elsewhere"])

    private static let badCursors: [String] = [
        "", "x", "AAAA", "%00", "0", "null", "eyJpZCI6MX0", "eyJpZCI6MX0=", foreign, "\(foreign)A", "\(foreign)=",
        String(foreign.dropLast()), "B\(foreign.dropFirst())", "%2B\(foreign.dropFirst())", "/\(foreign.dropFirst())",
        "../\(foreign)", "\(foreign)%0A", foreign.lowercased(), String(repeating: "A", count: 44),
        String(repeating: "_", count: 44), String(repeating: "A", count: 7000),
    ]

    private static let otherCursors: [HostileInput] = [
        .query("cursor=x&cursor=x", "cursor", "cursor"),
        .init(.get, "users?cursor=\(foreign)", nil, 400, .validationFailed, "cursor"),
        .init(.get, "dead-letters?cursor=\(foreign)", nil, 400, .validationFailed, "cursor"),
        .init(.post, "dead-letters/replay", #"{"filter":{},"cursor":7}"#, 400, .validationFailed, "/cursor"),
        .init(
            .post, "dead-letters/replay", "{\"filter\":{},\"cursor\":\"\(foreign)\"}", 400, .validationFailed,
            "/cursor"),
    ]

    /// Cursors that nobody has been given.
    static let cursors: [HostileInput] = badCursors.map { .query("cursor=\($0)", "cursor") } + otherCursors
}
