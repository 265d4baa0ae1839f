/// Who makes a change and in which request: what goes into the audit with it.
public struct AuditNote: Hashable, Sendable {
    /// Who.
    public let actor: AuditActor
    /// The name of the request under which it is found in logs; nil for what a process does by itself.
    public let requestID: String?
    /// What the whole is called of which the change is a part; nil where the change has its own name.
    public let action: AuditAction?

    /// Makes a note.
    public init(_ actor: AuditActor, requestID: String? = nil, as action: AuditAction? = nil) {
        self.actor = actor
        self.requestID = requestID
        self.action = action
    }

    /// The same note for a part of something larger.
    public func part(of action: AuditAction) -> AuditNote {
        AuditNote(actor, requestID: requestID, as: action)
    }

    /// A change of which nobody has said who makes it: a process does, by itself.
    public static let system = AuditNote(.process("system"))
    /// Whoever calls webhooks finds out something about their endpoint.
    public static let webhooks = AuditNote(.process("webhooks"))
}

/// Who makes changes.
public enum AuditActor: Hashable, Sendable {
    /// A user, by a token; without one where its wish was kept in a job.
    case user(UserID, token: TokenID?)
    /// A process on its own account, by what it does: `system`, `api`, `bootstrap`, `webhooks`.
    case process(String)
}

/// A port whose changes go into the audit: each with an entry in its own transaction, so that neither is ever without
/// the other.
public protocol AuditedPort: Sendable {
    /// The same port for changes that this note is about. Without one they are the `system`'s.
    func audited(_ note: AuditNote) -> Self
}
