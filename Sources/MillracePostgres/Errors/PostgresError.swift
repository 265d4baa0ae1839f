/// What went wrong between this process and Postgres, with everything the server said about it.
///
/// The kind tells what is known about the statement's effect; the SQLSTATE and the constraint tell why.
public struct PostgresError: Error, Sendable, Equatable {
    /// What is known about the statement that failed.
    public enum Kind: Sendable, Equatable {
        /// The server refused the statement: it had no effect.
        case server
        /// No usable connection: the statement had no effect.
        case connection
        /// The connection was lost after a statement that changes data, or a COMMIT, was sent: it may have had effect.
        case ambiguous
        /// Our own deadline passed after the statement was sent: it may have had effect, its connection was closed.
        case deadline
        /// No connection became free within the acquire timeout, or too many callers wait already: no effect.
        case poolExhausted
        /// The client has been shut down: no effect.
        case closed
        /// The server's answer is not what the statement's decoder expects: a mistake of this program.
        case decoding
        /// The settings cannot be used, for example a connection string that libpq does not read.
        case configuration
    }

    /// What is known about the statement's effect.
    public var kind: Kind
    /// The five-character SQLSTATE (PostgreSQL manual, appendix A), when the server answered.
    public var sqlState: String?
    /// The severity as the server spells it in English: `ERROR`, `FATAL`, `PANIC`.
    public var severity: String?
    /// A sentence for the log. Never shown to clients: it may quote data.
    public var message: String
    /// The server's detail line. Never shown to clients.
    public var detail: String?
    /// The violated constraint's name, when there is one.
    public var constraint: String?
    /// The table concerned, when the server names one.
    public var table: String?
    /// The column concerned, when the server names one.
    public var column: String?

    /// An error without a server's answer.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
