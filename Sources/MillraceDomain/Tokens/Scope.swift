/// What a token permits.
public enum Scope: String, Hashable, Sendable, CaseIterable {
    case usersRead = "users:read"
    case usersWrite = "users:write"
    case jobsRead = "jobs:read"
    case jobsWrite = "jobs:write"
    case queuesWrite = "queues:write"
    /// All of the others, for every owner's resources.
    case admin = "admin"
}
