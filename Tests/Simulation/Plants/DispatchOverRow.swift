import MillraceDomain

/// Runs what a dispatch names, also when the row is not there to be claimed.
struct DispatchOverRow: StoreWrapper {
    let base: any Store

    func claim(_ ids: [JobID], limit: Int, terms: LeaseTerms) async throws(DomainError) -> [ClaimedJob] {
        var claimed = try await base.claim(ids, limit: limit, terms: terms)
        for id in ids where claimed.count < limit && !claimed.contains(where: { $0.job.id == id }) {
            guard let job = try await base.find(id, owner: nil) else { continue }
            claimed.append(ClaimedJob(job: job, lease: Lease(jobID: id, token: LeaseToken(job.id.uniqueID))))
        }
        return claimed
    }
}
