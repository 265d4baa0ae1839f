import MillraceDomain

extension JobWriter {
    /// Which of the jobs go beyond the quotas of their owners.
    func excesses(of jobs: [NewJob], on runner: some StatementRunner) async throws -> [JobID: QuotaExcess] {
        guard let quotas else { return [:] }
        let excesses = try await quotas.judge(jobs, on: runner)
        guard !excesses.isEmpty else { return [:] }
        let known = try await find(jobs.filter(\.hasOwnID), on: runner)
        guard !known.isEmpty else { return excesses }
        // Those that are here already take no room: the others are judged anew without them.
        return try await quotas.judge(jobs.filter { known[$0.id] == nil }, on: runner)
    }

    /// Stores the jobs that are within their owners' quotas.
    func insert(
        _ jobs: [NewJob], at places: [Int64?], but excesses: [JobID: QuotaExcess], on runner: some StatementRunner
    ) async throws -> [JobID: Job] {
        guard !excesses.isEmpty else { return try await insert(jobs, at: places, on: runner) }
        let admitted = jobs.indices.filter { excesses[jobs[$0].id] == nil }
        guard !admitted.isEmpty else { return [:] }
        return try await insert(admitted.map { jobs[$0] }, at: admitted.map { places[$0] }, on: runner)
    }
}
