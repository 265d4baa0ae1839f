extension PostgresError {
    /// What a caller may do about an error.
    public enum Classification: Sendable, Equatable {
        /// Nothing happened and the same call may succeed in a moment (serialization, deadlock, resources).
        case retriable
        /// The data was refused: a constraint or a value. The same call fails again.
        case data
        /// The database cannot be used right now; nothing happened.
        case connection
        /// It may have happened: look before trying again, or make the call idempotent.
        case ambiguous
        /// Past our own deadline; it may have happened.
        case deadline
        /// All connections are in use; nothing happened.
        case poolExhausted
        /// A mistake of this program or of the installation: wrong statement, missing table, no privilege.
        case defect
    }

    /// What a caller may do about this error, decided by kind and SQLSTATE, never by text.
    public var classification: Classification {
        switch kind {
        case .connection, .closed: .connection
        case .ambiguous: .ambiguous
        case .deadline: .deadline
        case .poolExhausted: .poolExhausted
        case .decoding, .configuration: .defect
        case .server: Self.classification(ofState: sqlState ?? "")
        }
    }

    /// True when the session that reported this must not be used again.
    var endsSession: Bool {
        guard let sqlState else { return kind != .server }
        if severity == "FATAL" || severity == "PANIC" { return true }
        // Read-only means that the server was demoted; a changed result type means a migration under our feet.
        // A statement that is prepared already was so by another of a pooler's clients.
        return sqlState == "25006" || sqlState == "0A000" || sqlState == "42P05" || sqlState.hasPrefix("08")
    }

    /// True when no data can be the cause: a table that is missing or forbidden (class 42), a file that the server can
    /// neither read nor write (XX, which is also said of a disk's quota and of limits on the size of files).
    var isOfInstallation: Bool {
        kind == .server && ["42", "F0", "XX"].contains(sqlState?.prefix(2))
    }

    /// True when the server does not know the prepared statement (a pooler in between, or DISCARD ALL).
    var isUnknownStatement: Bool { kind == .server && sqlState == "26000" }

    /// True when the statement was not run because of what the session knows or does not know of it.
    var isAboutPreparing: Bool { isUnknownStatement || kind == .server && sqlState == "42P05" }

    private static func classification(ofState state: String) -> Classification {
        switch state {
        // A result type that changed means that the statement is prepared anew on another session.
        case "40001", "40P01", "55P03", "57014", "0A000", "26000", "42P05": return .retriable
        case "25006", "57P01", "57P02", "57P03", "57P05": return .connection
        case "40003": return .ambiguous
        default: break
        }
        switch state.prefix(2) {
        // Class 54: too long for an index, too deep to be parsed.
        case "22", "23", "44", "54": return .data
        case "08": return .connection
        case "53", "58": return .retriable
        case "28", "3D": return .connection
        default: return .defect
        }
    }
}

extension PostgresError {
    /// Whether it invites the caller to try the same again.
    var saysNothingHappened: Bool {
        switch classification {
        case .retriable, .connection, .poolExhausted: true
        default: false
        }
    }
}
