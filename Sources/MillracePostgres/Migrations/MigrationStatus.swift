/// How one migration stands in a database.
public struct MigrationStatus: Sendable, Equatable {
    /// Applied already, or still to come.
    public enum State: Sendable, Equatable {
        /// Applied at this time, as the database prints it (UTC).
        case applied(at: String)
        /// Not applied yet.
        case pending
    }

    /// The migration's name.
    public let name: String
    /// How it stands.
    public let state: State
}
