import MillraceDomain

/// Writes into the audit what a transaction changes.
struct AuditTrail: Sendable {
    let clock: (any WallClock)?
    /// Who makes the change.
    var note = AuditNote.system

    init(clock: (any WallClock)?, note: AuditNote = .system) {
        self.clock = clock
        self.note = note
    }

    /// Writes an entry for each of the things; without any, none, and no statement either.
    func write(
        _ action: AuditAction, _ kind: AuditSubject.Kind, _ ids: [some CustomStringConvertible],
        in transaction: some StatementRunner
    ) async throws {
        guard !ids.isEmpty else { return }
        try await write(action, kind.rawValue, ids.map(\.description), on: transaction)
    }

    /// Writes an entry of a change that no transaction makes.
    func write(_ action: AuditAction, _ subject: AuditSubject, on runner: some StatementRunner) async throws {
        try await write(action, subject.type, [subject.id], on: runner)
    }

    private func write(
        _ action: AuditAction, _ type: String, _ ids: [String], on runner: some StatementRunner
    ) async throws {
        try await runner.execute(AuditStatements.write) {
            $0.append(note.actor)
            $0.append((note.action ?? action).word)
            $0.append(type)
            $0.append(array: ids)
            $0.append(AuditEntry.done)
            $0.append(note.requestID)
            $0.append(clock?.now())
        }
    }
}

extension Parameters {
    fileprivate mutating func append(_ actor: AuditActor) {
        switch actor {
        case .process(let name):
            append(name)
            append(UserID?.none)
            append(TokenID?.none)
        case .user(let user, let token):
            append(String?.none)
            append(user)
            append(token)
        }
    }
}
