/// Why a database was not migrated. Nothing was changed, except for the migrations before a failed one.
public enum MigrationError: Error, Sendable, Equatable {
    /// An applied migration's file has been changed since.
    case changed(name: String)
    /// A migration sorts before one that is applied already, but is not applied itself.
    case gap(name: String, before: String)
    /// The database holds a migration that this program does not know: it is of a newer release.
    case unknown(name: String)
    /// Two migrations have the same name.
    case duplicate(name: String)
    /// A migration's SQL failed; it was rolled back.
    case failed(name: String, PostgresError)
}

extension MigrationError: CustomStringConvertible {
    /// One sentence for an operator.
    public var description: String {
        switch self {
        case .changed(let name): "Migration \(name) was changed after it had been applied."
        case .gap(let name, let before): "Migration \(name) is not applied, but \(before), which follows it, is."
        case .unknown(let name): "The database has migration \(name), which this release does not know."
        case .duplicate(let name): "There are two migrations named \(name)."
        case .failed(let name, let error):
            "Migration \(name) failed: \(error.message)\(error.sqlState.map { " (SQLSTATE \($0))" } ?? "")."
        }
    }
}
