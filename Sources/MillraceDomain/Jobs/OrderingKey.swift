/// What jobs are kept in order by: jobs of one owner, queue and key run one at a time, in order of acceptance.
///
/// At any moment at most one live job of a key is not `blocked`: the key's head. When it ends, the first of the blocked
/// is freed and becomes the head, unless the key is held.
public struct OrderingKey: Hashable, Sendable {
    /// Whose jobs.
    public let ownerID: UserID
    /// In which queue.
    public let queue: QueueName
    /// The key itself, 1 to 255 characters.
    public let text: String

    /// Makes a key of checked values.
    public init(ownerID: UserID, queue: QueueName, text: String) {
        self.ownerID = ownerID
        self.queue = queue
        self.text = text
    }

    /// Passes texts that may be a key.
    ///
    /// - Throws: `FieldError` `out_of_range`.
    public static func check(_ text: String) throws(FieldError) {
        guard (1...255).contains(text.unicodeScalars.count), !text.utf8.contains(0) else {
            throw FieldError("", .outOfRange, "must have 1 to 255 characters, none of them NUL")
        }
    }
}

/// What becomes of the jobs behind one that dies.
public enum DeathPolicy: String, Hashable, Sendable, CaseIterable {
    /// They go on.
    case proceed = "continue"
    /// They wait until an operator retries the dead job or releases its key.
    case hold
}

extension Job {
    /// The key by which it is kept in order; nil for none.
    public var order: OrderingKey? {
        submission.orderingKey.map { OrderingKey(ownerID: ownerID, queue: submission.queue, text: $0) }
    }
}

extension NewJob {
    /// The key by which it is kept in order; nil for none.
    public var order: OrderingKey? {
        submission.orderingKey.map { OrderingKey(ownerID: ownerID, queue: submission.queue, text: $0) }
    }
}
