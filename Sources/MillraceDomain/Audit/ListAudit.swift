/// Shows what was changed, by whom.
public struct ListAudit: Sendable {
    private let audit: any AuditLog

    /// Makes the use case.
    public init(audit: any AuditLog) {
        self.audit = audit
    }

    /// One page of the entries that pass the filter, newest first.
    ///
    /// - Throws: `DomainError.forbidden` unless the caller is an admin.
    public func callAsFunction(
        _ filter: AuditFilter, page: PageRequest, by caller: Caller
    ) async throws(DomainError) -> Page<AuditEntry> {
        try caller.require(.admin)
        return try await audit.list(filter, page: page)
    }
}
