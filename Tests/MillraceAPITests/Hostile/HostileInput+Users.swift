import HTTPTypes

@testable import MillraceAPI

extension HostileInput {
    /// Users and tokens that cannot be.
    static let users: [HostileInput] = [
        .user("{}", "/email", "/name"), .user(#"{"email":"x","name":""}"#, "/email", "/name"),
        .user(#"{"email":"a@b@c.de","name":"x"}"#, "/email"), .user(#"{"email":7,"name":["x"]}"#, "/email", "/name"),
        .user("{\"email\":\"\(long)@example.org\",\"name\":\"x\"}", "/email"),
        .user(#"{"email":"a@example.org","name":"a\u0000"}"#, "/name"),
        .user("{\"email\":\"a@example.org\",\"name\":\"\(long)\"}", "/name"),
        .user(#"{"email":"a@example.org","name":"x","id":"y"}"#, "/id"),
        .init(.patch, "users/\(id)", "[]", 400, .validationFailed, ""),
        .init(.patch, "users/\(id)", #"{"email":null}"#, 400, .validationFailed, "/email"),
        .init(.put, "users/\(id)", #"{"name":"x"}"#, 400, .validationFailed, "/email"),
        .init(.post, "users/\(id)/tokens", "{}", 400, .validationFailed, "/name", "/scopes"),
        .init(.post, "users/\(id)/tokens", #"{"name":"x","scopes":[]}"#, 400, .validationFailed, "/scopes"),
        .init(.post, "users/\(id)/tokens", #"{"name":"x","scopes":["root"]}"#, 400, .validationFailed, "/scopes/0"),
        .init(.post, "users/\(id)/tokens", #"{"name":"x","scopes":[1]}"#, 400, .validationFailed, "/scopes/0"),
        .init(.post, "users/\(id)/tokens", #"{"name":"x","scopes":"admin"}"#, 400, .validationFailed, "/scopes"),
        .init(
            .post, "users/\(id)/tokens", #"{"name":"x","scopes":["admin"],"expires_at":"x"}"#, 400, .validationFailed,
            "/expires_at"),
        .init(.post, "queues/default/pause", "7", 400, .validationFailed, ""),
        .init(.post, "users", "[]", 400, .validationFailed, ""), .init(.post, "users", "7", 400, .validationFailed, ""),
        .user(#"{"email":"a@example.org\u0000","name":"x"}"#, "/email"),
        .user(#"{"email":"a@example.org\r\nBcc: b@example.org","name":"x"}"#, "/email"),
        .user(#"{"email":"@example.org","name":"x"}"#, "/email"), .user(#"{"email":"a@","name":"x"}"#, "/email"),
        .user(#"{"email":"a b@example.org","name":"x"}"#, "/email"), .user(#"{"email":"","name":"x"}"#, "/email"),
        .user(#"{"email":"a@example.org","name":"a\nb"}"#, "/name"),
        .user(#"{"email":"a@example.org","name":"\u007f"}"#, "/name"),
        .user(#"{"email":"a@example.org","name":"x","admin":true}"#, "/admin"),
        .init(.put, "users/\(id)", "null", 400, .validationFailed, ""),
        .init(.patch, "users/\(id)", #"{"name":null}"#, 400, .validationFailed, "/name"),
        .init(.patch, "users/\(id)", #"{"id":"x"}"#, 400, .validationFailed, "/id"),
        .init(
            .post, "users/\(id)/tokens", #"{"name":"x","scopes":["admin\u0000"]}"#, 400, .validationFailed, "/scopes/0"),
        .init(.post, "users/\(id)/tokens", #"{"name":"x","scopes":["ADMIN"]}"#, 400, .validationFailed, "/scopes/0"),
        .init(.post, "users/\(id)/tokens", #"{"name":"","scopes":["admin"]}"#, 400, .validationFailed, "/name"),
        .init(
            .post, "users/\(id)/tokens", #"{"name":"x","scopes":["admin"],"token":"mr_mine"}"#, 400, .validationFailed,
            "/token"),
        .init(.delete, "users/\(id)?erase=maybe", nil, 400, .validationFailed, "erase"),
    ]
}
