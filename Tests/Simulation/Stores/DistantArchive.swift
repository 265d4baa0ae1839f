import MillraceDomain

/// The archive as a process sees it: at the end of a wire.
struct DistantArchive: JobArchive {
    let life: Life
    let base: any JobArchive

    var listingDelay: Duration { base.listingDelay }
    var sharesJobStore: Bool { base.sharesJobStore }

    func put(_ jobs: [ArchivedJob]) async throws(DomainError) {
        try await call("put " + jobs.map { "\($0.job.id.short)/\($0.job.generation)" }.list) {
            (archive) async throws(DomainError) in try await archive.put(jobs)
        }
    }
    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> ArchivedJob? {
        try await call("archive: find \(id.short)", say: { $0 == nil ? "no" : "yes" }) {
            (archive) async throws(DomainError) in try await archive.find(id, owner: owner)
        }
    }
    func list(owner: UserID, filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job> {
        try await call("archive: list") { (archive) async throws(DomainError) in
            try await archive.list(owner: owner, filter: filter, page: page)
        }
    }
    func erase(owner: UserID) async throws(DomainError) -> Int {
        try await call("archive: erase") { (archive) async throws(DomainError) in
            try await archive.erase(owner: owner)
        }
    }
    func erase(_ ids: [JobID]) async throws(DomainError) {
        try await call("archive: erase") { (archive) async throws(DomainError) in try await archive.erase(ids) }
    }

    /// No write of the archive has an unknown outcome: each may be repeated.
    private func call<Value: Sendable>(
        _ what: @autoclosure () -> String, say: @escaping @Sendable (Value) -> String = { _ in "" },
        _ effect: @escaping @Sendable (any JobArchive) async throws(DomainError) -> Value
    ) async throws(DomainError) -> Value {
        let base = base
        return try await life.call(
            life.world.trace.isOn ? what() : "", to: life.world.stores.archive, isWrite: false, say: say
        ) { () async throws(DomainError) in try await effect(base) }
    }
}
