/// What was changed, by whom.
///
/// Entries are written by the ports that make the changes (``AuditedPort``), but for changes that no store knows. Every
/// method may throw `DomainError.unavailable`, `.ambiguous` (writes) or `.failure`.
public protocol AuditLog: Sendable {
    /// Entries that pass the filter, newest first.
    func list(_ filter: AuditFilter, page: PageRequest) async throws(DomainError) -> Page<AuditEntry>

    /// Writes down what was changed outside of any store.
    func write(_ action: AuditAction, _ subject: AuditSubject, note: AuditNote) async throws(DomainError)
}

/// Which entries are meant; what is nil does not restrict.
public struct AuditFilter: Hashable, Sendable {
    /// Who: a user or a token by its id, or a process by its word.
    public enum Actor: Hashable, Sendable {
        case id(UniqueID)
        case process(String)
    }

    /// Who did it.
    public var actor: Actor?
    /// What was done.
    public var action: AuditAction?
    /// The kind of thing it was done to.
    public var subjectType: String?
    /// The thing's id or name.
    public var subjectID: String?
    /// Then or later.
    public var since: Timestamp?
    /// Before then.
    public var until: Timestamp?

    /// Makes a filter that everything passes.
    public init() {}

    /// Whether an entry is meant.
    public func passes(_ entry: AuditEntry) -> Bool {
        passesActor(entry.actor) && (action ?? entry.action) == entry.action
            && (subjectType ?? entry.subject.type) == entry.subject.type
            && (subjectID ?? entry.subject.id) == entry.subject.id
            && (since.map { $0 <= entry.at } ?? true) && (until.map { entry.at < $0 } ?? true)
    }

    private func passesActor(_ other: AuditActor) -> Bool {
        switch (actor, other) {
        case (nil, _): true
        case (.id(let id)?, .user(let user, let token)): id == user.uniqueID || id == token?.uniqueID
        case (.process(let name)?, .process(let other)): name == other
        case (.id?, .process), (.process?, .user): false
        }
    }
}
