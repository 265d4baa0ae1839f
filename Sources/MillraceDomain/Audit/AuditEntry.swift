/// One change, as the audit keeps it: who did what to what, when and in which request. Never a secret and never an
/// address; it outlives what it is about.
public struct AuditEntry: Hashable, Sendable {
    /// How changes end that were made.
    public static let done = "ok"

    /// The identity.
    public let id: AuditEntryID
    /// When, by the store's clock.
    public let at: Timestamp
    /// Who.
    public let actor: AuditActor
    /// What was done.
    public let action: AuditAction
    /// To what.
    public let subject: AuditSubject
    /// How it ended: `ok`, or a problem's code.
    public let result: String
    /// The request that asked for it.
    public let requestID: String?

    /// Makes an entry of stored values.
    public init(
        id: AuditEntryID, at: Timestamp, actor: AuditActor, action: AuditAction, subject: AuditSubject,
        result: String = Self.done, requestID: String?
    ) {
        self.id = id
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
        self.result = result
        self.requestID = requestID
    }

    /// Its place in the list.
    public var position: PagePosition { PagePosition(createdAt: at, id: id.uniqueID) }
}

/// The identity of an entry.
public typealias AuditEntryID = Identifier<AuditEntry>

/// What was done, as a dotted word: the kind of thing and the change.
public struct AuditAction: Hashable, Sendable {
    /// The word.
    public let word: String

    /// Takes a stored word; a newer release may know more of them.
    public init(stored word: String) {
        self.word = word
    }

    public static let userCreate = AuditAction(stored: "user.create")
    public static let userUpdate = AuditAction(stored: "user.update")
    /// Its tokens go with it.
    public static let userDelete = AuditAction(stored: "user.delete")
    /// An erasure was begun.
    public static let userErase = AuditAction(stored: "user.erase")
    /// A job has made or renamed users; its subject is the job.
    public static let usersImport = AuditAction(stored: "users.import")
    /// Its own limits were set.
    public static let userQuota = AuditAction(stored: "user.quota")
    public static let tokenCreate = AuditAction(stored: "token.create")
    public static let tokenRevoke = AuditAction(stored: "token.revoke")
    /// A waiting job was ended, or a running one asked to stop.
    public static let jobCancel = AuditAction(stored: "job.cancel")
    public static let jobRetry = AuditAction(stored: "job.retry")
    public static let jobReleaseKey = AuditAction(stored: "job.release_key")
    /// Its subject is the dead job or the dead record, one entry for each.
    public static let deadLetterReplay = AuditAction(stored: "dead_letter.replay")
    public static let queuePause = AuditAction(stored: "queue.pause")
    public static let queueResume = AuditAction(stored: "queue.resume")
    public static let webhookEndpointCreate = AuditAction(stored: "webhook_endpoint.create")
    public static let webhookEndpointUpdate = AuditAction(stored: "webhook_endpoint.update")
    /// Its secrets go with it.
    public static let webhookEndpointDelete = AuditAction(stored: "webhook_endpoint.delete")
    /// It answered 410.
    public static let webhookEndpointDisable = AuditAction(stored: "webhook_endpoint.disable")
    public static let webhookSecretCreate = AuditAction(stored: "webhook_secret.create")
    public static let webhookSecretRevoke = AuditAction(stored: "webhook_secret.revoke")
    /// A process has begun to work by the configuration that its subject names.
    public static let configurationLoad = AuditAction(stored: "configuration.load")
}

/// What a change was made to.
public struct AuditSubject: Hashable, Sendable {
    /// The kinds of thing.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case user, token, job, queue
        case deadRecord = "dead_record"
        case webhookEndpoint = "webhook_endpoint"
        case webhookSecret = "webhook_secret"
        case configuration
    }

    /// The kind of thing as a word; a newer release may know more of them.
    public let type: String
    /// Its id, or its name where it has none.
    public let id: String

    /// Takes stored words.
    public init(stored type: String, id: String) {
        self.type = type
        self.id = id
    }

    /// Names a thing.
    public init(_ kind: Kind, _ id: some CustomStringConvertible) {
        self.init(stored: kind.rawValue, id: id.description)
    }
}
