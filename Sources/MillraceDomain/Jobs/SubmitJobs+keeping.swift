extension SubmitJobs {
    /// What became of each submission, in the order given.
    public typealias Results = [Result<SubmitOutcome, DomainError>]

    /// Accepts the submissions of a request that may be sent again, and keeps its reply with them.
    ///
    /// - Returns: what the call without `keeping` returns, or the reply that was kept when the request came before.
    ///   Where everything that it asks for is in the archive or refused, nothing is done and nothing kept.
    /// - Throws: what the call without `keeping` throws; `DomainError.conflict(.idempotencyInFlight)`,
    ///   `.idempotencyMismatch`.
    public func callAsFunction(
        _ submissions: [JobSubmission], isAtomic: Bool = false, by caller: Caller, keeping: ReplyKeeping<Results>
    ) async throws(DomainError) -> RepeatableAnswer<Results> {
        var (results, left) = try prepare(submissions, isAtomic: isAtomic, by: caller)
        for _ in 0..<Self.looks where !left.isEmpty {
            let places = left.map(\.index)
            let jobs = left.map(\.job)
            let outcomes: [SubmitOutcome]
            switch try await self.jobs.submit(
                jobs, isAtomic: isAtomic, keeping: Self.keeping(keeping, results, places))
            {
            case .repeated(let reply): return .repeated(reply)
            case .done(let stored): outcomes = stored
            }
            guard outcomes.contains(where: \.isInArchive) else {
                tell(outcomes, isAtomic: isAtomic)
                return .done(Self.merge(results, places, outcomes))
            }
            // Nothing was done: first the archive is asked of what only it knows, and then the rest submitted.
            let looked = await lookInto(outcomes, of: jobs)
            for (place, result) in zip(places, looked) { results[place] = result }
            guard !isAtomic || looked.allSatisfy({ (try? $0.get())?.isJob ?? false }) else { return .done(results) }
            left = zip(left, outcomes).filter { !$0.1.isInArchive }.map(\.0)
        }
        guard left.isEmpty else { throw .unavailable }
        return .done(results)
    }

    /// How often jobs may turn out to have gone to the archive just now.
    private static let looks = 3

    private static func keeping(
        _ keeping: ReplyKeeping<Results>, _ results: Results, _ places: [Int]
    ) -> ReplyKeeping<[SubmitOutcome]> {
        ReplyKeeping(keeping.request) { outcomes in
            outcomes.contains(where: \.isInArchive) ? nil : keeping.reply(merge(results, places, outcomes))
        }
    }

    private static func merge(_ results: Results, _ places: [Int], _ outcomes: [SubmitOutcome]) -> Results {
        var merged = results
        for (place, outcome) in zip(places, outcomes) { merged[place] = .success(outcome) }
        return merged
    }
}
