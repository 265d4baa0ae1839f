public import MillraceDomain
import Synchronization

/// Lets an owner's new jobs in as long as they are within its quota. One for all repositories of a process.
///
/// What an owner has is read from the counters and then remembered: for a second, and for an eighth of the room that
/// was found. Where a batch does not fit into that, it is read anew, so that whoever comes close to a limit is judged by
/// what is committed at that moment, a batch at a time, and room that is made is seen at once. Processes that write for
/// one owner may together go beyond its quota by what they write at the same moment, and where there are more than eight
/// of them by an eighth of its room for each.
///
/// Without a default, and while no user has limits of its own, all this costs a statement a second.
public final class QuotaGate: Sendable {
    /// The owners that are remembered.
    private static let maxOwners = 20_000

    private let defaults: Quota
    private let trust: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let memory: Mutex<Memory>

    private struct Memory {
        var owners = RecentEntries<UserID, QuotaReading>(capacity: maxOwners)
        /// Whether a user has limits of its own, and when that was read.
        var anyOwn: (isSo: Bool, readAt: ContinuousClock.Instant)?
    }

    /// Makes a gate that remembers nothing yet.
    ///
    /// - Parameters:
    ///   - defaults: what those may have who have no limits of their own.
    ///   - trust: how long a reading counts at most; zero to read before every batch.
    public init(
        defaults: Quota, trust: Duration = .seconds(1),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.defaults = defaults
        self.trust = trust
        self.now = now
        memory = Mutex(Memory())
    }

    /// Which of the jobs go beyond their owners' quotas, judged in the order given. Those that do not count as
    /// written from now on.
    ///
    /// - Parameter jobs: none twice, those that will be written if they may.
    func judge(_ jobs: [NewJob], on runner: some StatementRunner) async throws -> [JobID: QuotaExcess] {
        guard try await isAnythingLimited(on: runner) else { return [:] }
        var added: [UserID: OwnerUsage] = [:]
        for job in jobs {
            added[job.ownerID] = (added[job.ownerID] ?? OwnerUsage()).adding(payloadOf: job.payloadBytes)
        }
        let asked = now()
        let remembered = memory.withLock { memory in
            added.reduce(into: [UserID: QuotaReading]()) { known, owner in
                guard let reading = memory.owners.find(owner.key), asked - reading.readAt < trust,
                    reading.covers(owner.value)
                else { return }
                known[owner.key] = reading
            }
        }
        let unknown = added.keys.filter { remembered[$0] == nil }
        return settle(jobs, remembered, unknown.isEmpty ? [:] : try await read(unknown, on: runner))
    }

    private func isAnythingLimited(on runner: some StatementRunner) async throws -> Bool {
        guard defaults.isUnlimited else { return true }
        let asked = now()
        if let known = memory.withLock({ $0.anyOwn }), asked - known.readAt < trust { return known.isSo }
        let isSo = try await runner.first(QuotaStatements.anyOwn) ?? false
        memory.withLock { $0.anyOwn = (isSo, asked) }
        return isSo
    }

    private func read(_ owners: [UserID], on runner: some StatementRunner) async throws -> [UserID: QuotaReading] {
        let asked = now()
        let found = try await runner.rows(QuotaStatements.standings) { $0.append(array: owners) }
        return Dictionary(
            uniqueKeysWithValues: found.map { owner, standing in
                (owner, QuotaReading(standing, defaults: defaults, readAt: asked))
            })
    }

    /// Judges, and writes down what was let in: onto what others have written down meanwhile.
    private func settle(
        _ jobs: [NewJob], _ remembered: [UserID: QuotaReading], _ fresh: [UserID: QuotaReading]
    ) -> [JobID: QuotaExcess] {
        memory.withLock { memory in
            var readings = fresh
            for (owner, reading) in remembered { readings[owner] = memory.owners.find(owner) ?? reading }
            for (owner, reading) in fresh {
                guard let known = memory.owners.find(owner), known.readAt > reading.readAt else { continue }
                readings[owner] = known
            }
            var excesses: [JobID: QuotaExcess] = [:]
            for job in jobs {
                // Whoever does not exist has no reading; that is found out when the job is written.
                guard let excess = readings[job.ownerID]?.take(job.payloadBytes) else { continue }
                excesses[job.id] = excess
            }
            for (owner, reading) in readings { memory.owners.set(reading, for: owner) }
            return excesses
        }
    }
}

extension NewJob {
    /// What its payload counts.
    fileprivate var payloadBytes: Int { submission.payload.bytes.count }
}
