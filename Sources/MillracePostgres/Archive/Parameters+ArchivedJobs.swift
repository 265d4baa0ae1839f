import MillraceDomain

extension Parameters {
    /// Binds the columns of archived jobs, each as an array, in the order of the statement.
    mutating func append(archived all: [ArchivedJob]) {
        let jobs = all.map(\.job)
        append(array: jobs.map(\.id))
        append(array: jobs.map(\.ownerID))
        append(submissionsOf: jobs)
        append(array: jobs.map(\.state.rawValue))
        append(array: jobs.map { Int32(clamping: $0.attempt) })
        append(array: jobs.map { Int32(clamping: $0.lostLeases) })
        append(array: jobs.map { Int32(clamping: $0.generation) })
        append(optionals: jobs.map(\.cancelRequestedAt))
        append(optionals: jobs.map { $0.progress.map { Int16(clamping: $0.percent) } })
        append(optionals: jobs.map { $0.progress?.text })
        append(array: jobs.map(\.createdAt))
        append(optionals: jobs.map(\.startedAt))
        append(optionals: jobs.map(\.finishedAt))
        append(optionals: jobs.map { $0.lastError?.code })
        append(optionals: jobs.map { $0.lastError?.message })
        append(optionals: jobs.map { $0.lastError?.at })
        append(optionals: jobs.map(\.result))
        append(array: all.map { ArchivedJobRow.keptUntil($0.expiresAt) })
        append(optionals: all.map { AttemptList.text($0.attempts) })
        append(optionals: jobs.map { $0.submission.unique?.json })
    }

    private mutating func append(submissionsOf jobs: [Job]) {
        let submissions = jobs.map(\.submission)
        append(array: submissions.map(\.kind.text))
        append(array: submissions.map(\.payload))
        append(array: submissions.map(\.queue.text))
        append(optionals: submissions.map(\.orderingKey))
        append(array: jobs.map { $0.submission.runAt ?? $0.createdAt })
        append(optionals: submissions.map(\.expiresAt))
        append(array: submissions.map { Int16(clamping: $0.priority) })
        append(array: submissions.map { Int32(clamping: $0.maxAttempts ?? 25) })
        append(optionals: submissions.map { $0.timeout?.milliseconds })
        append(optionals: submissions.map { $0.retry?.base?.milliseconds })
        append(optionals: submissions.map { $0.retry?.cap?.milliseconds })
        append(optionals: submissions.map { $0.retry?.maxAge?.milliseconds })
        append(tags: submissions.map(\.tags))
        append(array: submissions.map(\.metadata))
    }

    /// Arrays of arrays must be rectangular, so all tags travel in one list and each job knows its part of it.
    private mutating func append(tags: [[String]]) {
        var ends: [Int32] = []
        for list in tags { ends.append((ends.last ?? 0) + Int32(clamping: list.count)) }
        append(array: tags.flatMap(\.self))
        append(array: zip(tags, ends).map { list, end in end - Int32(clamping: list.count) + 1 })
        append(array: ends)
    }
}
