import MillraceDomain

/// Stores new jobs and finds out what became of each: for submissions and for ingest.
struct JobWriter: Sendable {
    /// How long a queued job is left to the consumers that were told of it before a sweep may take it.
    static let grace: Duration = .seconds(2)

    let clock: (any WallClock)?

    /// Stores the jobs that can be stored and tells of each what became of it, in the order given.
    func write(_ jobs: [NewJob], on runner: some StatementRunner) async throws -> [SubmitOutcome] {
        var outcomes: [SubmitOutcome?] = Array(repeating: nil, count: jobs.count)
        // The same id twice in one call: the second is judged once the first is there.
        var left = Array(jobs.indices)
        while !left.isEmpty {
            var seen: Set<JobID> = []
            let round = left.filter { seen.insert(jobs[$0].id).inserted }
            let written = try await writeUnique(round.map { jobs[$0] }, on: runner)
            for (index, outcome) in zip(round, written) { outcomes[index] = outcome }
            let done = Set(round)
            left = left.filter { !done.contains($0) }
        }
        return outcomes.compactMap(\.self)
    }

    private func writeUnique(_ jobs: [NewJob], on runner: some StatementRunner) async throws -> [SubmitOutcome] {
        let inserted = try await insert(jobs, on: runner)
        guard inserted.count < jobs.count else { return jobs.compactMap { inserted[$0.id].map { .accepted($0) } } }
        let missing = jobs.filter { inserted[$0.id] == nil }
        let existing = try await runner.rows(JobStatements.findMany) { $0.append(array: missing.map(\.id)) }
        let byID = Dictionary(existing.map { ($0.id, $0) }) { first, _ in first }
        let owners = Set(
            try await runner.rows(JobStatements.knownOwners) { $0.append(array: Array(Set(missing.map(\.ownerID)))) })
        return try jobs.map { job in
            if let accepted = inserted[job.id] { return .accepted(accepted) }
            if let other = byID[job.id] { return other.isSame(as: job) ? .existing(other) : .idTaken }
            // The owner came, or the other job went, between the statements: the same call will succeed.
            guard !owners.contains(job.ownerID) else { throw DomainError.unavailable }
            return .unknownOwner
        }
    }

    private func insert(_ jobs: [NewJob], on runner: some StatementRunner) async throws -> [JobID: Job] {
        let stored = try await runner.rows(JobStatements.insert) { parameters in
            let submissions = jobs.map(\.submission)
            parameters.append(array: jobs.map(\.id))
            parameters.append(array: jobs.map(\.ownerID))
            parameters.append(array: submissions.map(\.kind.text))
            parameters.append(array: submissions.map(\.payload))
            parameters.append(array: submissions.map(\.queue.text))
            parameters.append(optionals: submissions.map(\.orderingKey))
            parameters.append(optionals: submissions.map(\.runAt))
            parameters.append(optionals: submissions.map(\.expiresAt))
            parameters.append(array: submissions.map { Int16(clamping: $0.priority) })
            parameters.append(array: submissions.map { Int32(clamping: $0.maxAttempts ?? 25) })
            parameters.append(optionals: submissions.map { $0.timeout?.milliseconds })
            parameters.append(optionals: submissions.map { $0.retry?.base?.milliseconds })
            parameters.append(optionals: submissions.map { $0.retry?.cap?.milliseconds })
            parameters.append(optionals: submissions.map { $0.retry?.maxAge?.milliseconds })
            append(tagsAndMetadata: submissions, to: &parameters)
            parameters.append(array: Array(Set(jobs.map(\.ownerID))))
            parameters.append(clock?.now())
            parameters.append(Self.grace.microseconds)
            parameters.append(array: Self.tagEnds(submissions))
        }
        return Dictionary(stored.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Arrays of arrays must be rectangular, so all tags travel in one list and each job knows its part of it.
    private func append(tagsAndMetadata submissions: [JobSubmission], to parameters: inout Parameters) {
        let ends = Self.tagEnds(submissions)
        parameters.append(array: zip(submissions, ends).map { $1 - Int32($0.tags.count) + 1 })
        parameters.append(array: submissions.flatMap(\.tags))
        parameters.append(array: submissions.map(\.metadata))
    }

    private static func tagEnds(_ submissions: [JobSubmission]) -> [Int32] {
        var end: Int32 = 0
        return submissions.map { submission in
            end += Int32(clamping: submission.tags.count)
            return end
        }
    }
}

extension Job {
    fileprivate func isSame(as new: NewJob) -> Bool {
        var submission = new.submission
        if submission.retry?.isEmpty == true { submission.retry = nil }
        return isSame(as: submission, owner: new.ownerID)
    }
}
