/// Sends copies of dead letters to where other systems read them.
public protocol DeadLetterCopier: Sendable {
    /// Sends a copy of each, best effort and without waiting; what is kept is the row.
    func copy(_ records: [DeadRecord])
}
