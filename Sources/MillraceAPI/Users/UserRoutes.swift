import HTTPTypes
import Hummingbird
import MillraceDomain

/// `/api/v1/users`
struct UserRoutes: Sendable {
    static let path = "/api/v1/users"

    let createUser: CreateUser
    let listUsers: ListUsers
    let findUser: FindUser
    let updateUser: UpdateUser
    let deleteUser: DeleteUser
    let eraseUser: EraseUser
    let repetitions: Repetitions

    @Sendable func create(_ call: Call, by caller: Caller) async throws -> Response {
        let json = try await call.json()
        guard let request = try call.idempotent(json, by: caller) else {
            return Self.created(try await createUser(UserProfile(json: json), by: caller)).response
        }
        return try await repetitions.answer(request) {
            let keeping = ReplyKeeping<User>(request) { Self.created($0).kept }
            return try await createUser(UserProfile(json: json), by: caller, keeping: keeping)
        } render: {
            Self.created($0)
        }
    }

    private static func created(_ user: User) -> RenderedReply {
        reply(user, .created, headers: [.location: "\(path)/\(user.id)"])
    }

    @Sendable func list(_ call: Call, by caller: Caller) async throws -> Response {
        var query = call.query
        let email = query.take("email", EmailAddress.init(_:))
        let page = try PageQuery(&query, path: Self.path, filter: ["email": email?.text])
        return page.response(try await listUsers(email: email, page: page.request, by: caller)) { user, json in
            user.write(to: &json)
        }
    }

    @Sendable func find(_ call: Call, by caller: Caller) async throws -> Response {
        let user = try await findUser(call.id("id"), by: caller)
        let tag = EntityTag(version: user.updatedAt)
        guard !tag.isIn(ifNoneMatch: call.request.headers[.ifNoneMatch]) else {
            return Response(status: .notModified, headers: .validated(by: tag))
        }
        return response(user)
    }

    @Sendable func replace(_ call: Call, by caller: Caller) async throws -> Response {
        let id: UserID = try call.id("id")
        let profile = try await UserProfile(json: call.json())
        let version = try await expectedVersion(of: id, call, caller)
        return response(try await updateUser(id, profile: profile, version: version, by: caller))
    }

    /// A merge patch names only what changes; the rest is read, and must still be so when the change is written.
    @Sendable func change(_ call: Call, by caller: Caller) async throws -> Response {
        let id: UserID = try call.id("id")
        let patch = try await UserPatch(json: call.json(types: Call.mergePatchTypes))
        for _ in 0..<Self.patchAttempts {
            let user = try await current(id, caller)
            guard EntityTag(version: user.updatedAt).passes(ifMatch: call.request.headers[.ifMatch]) else {
                throw DomainError.stale
            }
            do {
                let profile = patch.applied(to: user)
                return response(try await updateUser(id, profile: profile, version: user.updatedAt, by: caller))
            } catch .stale {
                continue
            }
        }
        throw DomainError.unavailable
    }

    /// 204; with `?erase=true` 202 and the operation that removes everything else of the user.
    @Sendable func delete(_ call: Call, by caller: Caller) async throws -> Response {
        let id: UserID = try call.id("id")
        var query = call.query
        let isErased = query.take("erase", among: ["true": true, "false": false]) ?? false
        try query.finish()
        // The port deletes whatever is there: a change in the moment between these two is not noticed.
        _ = try await expectedVersion(of: id, call, caller)
        if isErased {
            let erasure = try await eraseUser(id, by: caller)
            return OperationRoutes.accepted(erasure)
        }
        try await deleteUser(id, by: caller)
        return Response(status: .noContent)
    }

    /// How often a patch begins anew when somebody else changes the same user at the same moment.
    private static let patchAttempts = 5

    /// The version that `If-Match` names; nil when it names none.
    private func expectedVersion(of id: UserID, _ call: Call, _ caller: Caller) async throws -> Timestamp? {
        guard let field = call.request.headers[.ifMatch] else { return nil }
        let user = try await current(id, caller)
        guard EntityTag(version: user.updatedAt).passes(ifMatch: field) else { throw DomainError.stale }
        return user.updatedAt
    }

    /// The user as it stands, for those who may write it: the answer to a write shows it anyway.
    private func current(_ id: UserID, _ caller: Caller) async throws(DomainError) -> User {
        try caller.require(.usersWrite)
        let reader = Caller(userID: caller.userID, scopes: caller.scopes.union([.usersRead]))
        return try await findUser(id, by: reader)
    }

    private func response(_ user: User) -> Response { Self.reply(user).response }

    private static func reply(
        _ user: User, _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> RenderedReply {
        var fields = HTTPFields.validated(by: EntityTag(version: user.updatedAt))
        fields.append(contentsOf: headers)
        return .json(status, headers: fields) { user.write(to: &$0) }
    }
}
