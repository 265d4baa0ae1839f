public import MillraceDomain

extension InMemoryStore: AuditLog {
    public func list(_ filter: AuditFilter, page: PageRequest) async throws(DomainError) -> Page<AuditEntry> {
        try transact { state, _ in page.page(of: state.audit.filter(filter.passes), at: \.position) }
    }

    public func write(_ action: AuditAction, _ subject: AuditSubject, note: AuditNote) async throws(DomainError) {
        try transact { state, now in state.record(action, subject, note, now) }
    }
}

extension InMemoryStore.State {
    /// Writes a change into the audit.
    mutating func record(_ action: AuditAction, _ subject: AuditSubject, _ note: AuditNote, _ now: Timestamp) {
        let id = AuditEntryID(SequentialIDs.id(UInt64(audit.count), series: 0xAD17))
        audit.append(
            AuditEntry(
                id: id, at: now, actor: note.actor, action: note.action ?? action, subject: subject,
                requestID: note.requestID))
    }
}
