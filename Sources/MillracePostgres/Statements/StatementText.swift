/// What the server is told of a statement: its name, its SQL, its parameter types.
///
/// Name and SQL are literals of this program, so SQL is never put together at run time.
struct StatementText: Sendable {
    /// Whether a statement changes anything.
    enum Access: Sendable {
        /// Changes nothing: repeated on another connection when one is lost, and sent together with its neighbours.
        case read
        /// May change something: never repeated, and committed on its own.
        case write
    }

    /// The name under which a session keeps it; unique in the program.
    let name: String
    /// The SQL, with `$1`… for the parameters.
    let sql: SQL
    /// The types of `$1`… in order.
    let parameters: [PostgresType]
    /// Whether it changes anything.
    let access: Access
    /// Planned for its values at every call instead of kept prepared: for lists, whose best index depends on them.
    let isPlannedAnew: Bool

    init(
        name: StaticString, sql: SQL, parameters: [PostgresType] = [], access: Access = .write,
        isPlannedAnew: Bool = false
    ) {
        self.name = "\(name)"
        self.sql = sql
        self.parameters = parameters
        self.access = access
        self.isPlannedAnew = isPlannedAnew
    }
}
